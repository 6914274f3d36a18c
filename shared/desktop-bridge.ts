/**
 * How the page of the desktop shell gets its port. It asks the preload's bridge with a nonce of its own; main
 * answers the preload with a port, which reaches the page once, by `window.postMessage` with that nonce, because
 * a port cannot cross the context bridge.
 */
export interface DesktopBridge {
  requestPort(nonce: string): void;
  /** Where a dropped file or folder lies; empty for one that lies nowhere, such as a pasted picture. */
  pathOf(file: object): string;
}

/** The bridge's name on the page's `window`. */
export const bridgeName = 'convscope';

/** The IPC channel of the request and of its answer. */
export const portChannel = 'convscope:port';

export interface PortMessage {
  readonly kind: typeof portChannel;
  readonly nonce: string;
}
