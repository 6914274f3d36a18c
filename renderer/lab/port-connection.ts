import { CarriedChannel } from '#shared/carried-channel';
import type { Channel } from '#shared/channel';
import { portChannel, type DesktopBridge, type PortMessage } from '#shared/desktop-bridge';
import { withExactViews } from '#shared/exact-views';
import type { ToShell } from '#shared/shell';
import { LabClient } from './client';
import type { LabConnection } from './connection';

/** The desktop shell: a port to the main process for the state, and over it one port for each lab. */
export function connectOverPort(bridge: DesktopBridge, page: Window = window): LabConnection {
  let shell: MessagePort | null = null;
  const client = new LabClient(
    { shell: 'desktop', pathOf: (file) => bridge.pathOf(file), hasDialog: true },
    {
      post: (message) => shell?.postMessage(message),
      close: () => {
        page.removeEventListener('message', take);
        shell?.close();
      },
    },
  );
  const nonce = crypto.randomUUID();

  /** Takes the one message of the preload that carries the port. */
  function take(event: MessageEvent<unknown>): void {
    if (event.source !== page || !isPortMessage(event.data, nonce)) return;
    const [port] = event.ports;
    if (port === undefined) return;
    page.removeEventListener('message', take);
    shell = port;
    port.onmessage = ({ data, ports: [labPort] }: MessageEvent<unknown>) => {
      const next = client.heard(data);
      if (next === 'running') port.postMessage({ kind: 'open' } satisfies ToShell);
      if (next === 'port' && labPort !== undefined) client.attach(channelOver(labPort));
    };
  }
  page.addEventListener('message', take);
  bridge.requestPort(nonce);
  return client;
}

function isPortMessage(message: unknown, nonce: string): boolean {
  const { kind, nonce: given } = (message ?? {}) as Partial<PortMessage>;
  return kind === portChannel && given === nonce;
}

function channelOver(port: MessagePort): Channel {
  const channel = new CarriedChannel<unknown>({
    send: (message) => {
      port.postMessage(withExactViews(message));
    },
    close: () => {
      port.close();
    },
  });
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    channel.arrived(data);
  };
  port.addEventListener('close', () => {
    channel.ended(null);
  });
  return channel;
}
