/** The one bridge between the page and the app: it hands over a port (`shared/desktop-bridge.ts`), and no more. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { bridgeName, portChannel, type DesktopBridge, type PortMessage } from '#shared/desktop-bridge';

// A preload runs in the page, in a folder that is otherwise Node's.
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: PortMessage, targetOrigin: string, transfer: readonly unknown[]): void;
};

contextBridge.exposeInMainWorld(bridgeName, {
  requestPort: (nonce) => {
    ipcRenderer.send(portChannel, nonce);
  },
  pathOf: (file) => webUtils.getPathForFile(file as File),
} satisfies DesktopBridge);

ipcRenderer.on(portChannel, ({ ports }, nonce: string) => {
  window.postMessage({ kind: portChannel, nonce }, window.location.origin, ports);
});
