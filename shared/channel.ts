/** A way to pass messages to the other side, whatever carries them: a MessagePort, a socket, a process's IPC. */
export interface Channel {
  /** Sends a message of plain data and typed arrays. Messages to a closed channel are dropped. */
  post(message: unknown): void;
  /** Calls back for every message until the returned function is called. */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Calls back once when the other side is gone, with a sentence that says why if it is known. */
  onClose(listener: (reason: string | null) => void): () => void;
  close(): void;
}
