import { bridgeName, type DesktopBridge } from '#shared/desktop-bridge';
import type { LabConnection } from './connection';
import { connectOverPort } from './port-connection';
import { connectOverWebSocket } from './web-socket-connection';

/** Reaches the lab the way that the page's shell offers: over the preload's bridge, or over a WebSocket. */
export function openConnection(): LabConnection {
  const bridge = (window as { readonly [bridgeName]?: DesktopBridge })[bridgeName];
  return bridge === undefined ? connectOverWebSocket() : connectOverPort(bridge);
}
