/**
 * Errors that people read. A `Refusal` is bad input or a condition outside the program (a full disk, a missing
 * file): one sentence that names the thing, says what is wrong and what would do. Anything else that is thrown
 * is a fault of the program and is shown with its cause.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** @param message names that come from files may hold line breaks and control characters; these become spaces */
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), options);
  }
}

/** What crosses a channel instead of an Error, whose class and stack structured clone and MessagePack lose. */
export interface Problem {
  readonly kind: 'refusal' | 'fault';
  readonly message: string;
  /** The stack of a fault, for the log and the details in the window. */
  readonly detail: string | null;
}

/** Describes anything that was thrown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refusal) return { kind: 'refusal', message: thrown.message, detail: null };
  if (thrown instanceof ProblemError) return thrown.problem;
  if (thrown instanceof Error) {
    return { kind: 'fault', message: thrown.message, detail: withCauses(thrown) };
  }
  return { kind: 'fault', message: String(thrown), detail: null };
}

/** The far side's problem, thrown on this side. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

function withCauses(error: Error): string {
  const own = error.stack ?? error.message;
  if (error.cause === undefined) return own;
  const cause = error.cause instanceof Error ? withCauses(error.cause) : String(error.cause);
  return `${own}\ncaused by ${cause}`;
}
