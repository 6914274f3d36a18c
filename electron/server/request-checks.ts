import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The name in a `Host` header, without its port, in lower case; `null` if the header is not one. The port is not
 * compared: a tunnel (`ssh -L`) changes it, and an attacker who rebinds a name cannot gain by it.
 */
export function hostName(header: string | undefined): string | null {
  const match = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * Whether a request was meant for this server. DNS rebinding makes a browser send another site's *name* here, so
 * an address in digits is safe, and a name must be one that we know ourselves by.
 */
export function isOurHost(header: string | undefined, names: ReadonlySet<string>): boolean {
  const name = hostName(header);
  if (name === null) return false;
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || names.has(name);
}

/** Whether a request comes from a page of this server: its origin is the very host it was sent to. */
export function isOurOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined || host === undefined) return false;
  // https where a proxy before us adds it.
  return [`http://${host}`, `https://${host}`].includes(origin.toLowerCase());
}
