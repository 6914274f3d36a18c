/** How a process ended: with a code, or by a signal. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Why the lab's process is gone, as a sentence to show. Also an exit with code 0 was not asked for. */
export function exitReason({ code, signal }: ProcessExit): string {
  switch (signal) {
    case null:
      return `The lab's process ended unexpectedly with exit code ${code ?? 'unknown'}.`;
    case 'SIGKILL':
      return (
        "The lab's process was killed (SIGKILL), as the system does when memory runs out. " +
        'A smaller batch or a smaller model needs less.'
      );
    case 'SIGABRT':
      return (
        "The lab's process gave up (SIGABRT), as it does when its memory is used up or TensorFlow finds " +
        'itself in a state it cannot go on from.'
      );
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGHUP':
      return `The lab's process was asked to end by another program (${signal}).`;
    default:
      return `The lab's process crashed (${signal}).`;
  }
}
