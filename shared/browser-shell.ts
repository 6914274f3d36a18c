/** What the browser shell's server and its pages agree on beside the messages. */

/** The subprotocol that the server speaks; the page offers it together with its token. */
export const protocolName = 'convscope.v1';

/** The path of the WebSocket. */
export const socketPath = '/lab';

/** Answers whether a token, sent as `Authorization: Bearer`, is this server's: 204 or 401. */
export const tokenPath = '/token';

/**
 * A browser's WebSocket cannot send headers, so the token travels as a subprotocol of its own, which unlike the
 * address is written to no log.
 */
export function tokenProtocol(token: string): string {
  return `token.${token}`;
}

/** The token in a page's address lies after the `#`, which browsers send to nobody. */
export function tokenFragment(token: string): string {
  return `#token=${token}`;
}

/** The token in an address's fragment, or `null`. */
export function tokenIn(fragment: string): string | null {
  return /^#token=([\w-]+)$/.exec(fragment)?.[1] ?? null;
}
