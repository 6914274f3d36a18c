/** A way to pass messages to the other side, whatever carries them: a MessagePort, a socket, a process's IPC. */
export interface Channel<Message = unknown> {
  /** Sends a message of plain data and typed arrays. Messages to a closed channel are dropped. */
  post(message: Message): void;
  /** Calls back for every message until the returned function is called. */
  onMessage(listener: (message: Message) => void): () => void;
  /**
   * Calls back once when the channel is closed, by either side, with a sentence that says why if it is known; at
   * once if it already is.
   */
  onClose(listener: (reason: string | null) => void): () => void;
  /** Closes both ends; `reason` is for this end's listeners. */
  close(reason?: string): void;
}
