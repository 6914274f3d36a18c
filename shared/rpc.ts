/** The contract over a channel: typed calls both ways, checked at the lab's door. */
import { createBirpc, type BirpcReturn } from 'birpc';
import { z } from 'zod';
import { labArguments, type LabApi, type WindowApi } from './api';
import type { Channel } from './channel';
import { problemOf, ProblemError, Refusal, type Problem } from './errors';
import { Listeners } from './listeners';
import { describeIssue } from './spec';

const noTimeout = -1;

/** birpc's wire format: a request `q` or a response `s`. */
const message = z.union([
  z.object({ t: z.literal('q'), m: z.string(), a: z.array(z.unknown()), i: z.string().optional() }),
  z.object({ t: z.literal('s'), i: z.string(), r: z.unknown().optional(), e: z.unknown().optional() }),
]);

export type LabMethod = keyof LabApi;
const isLabMethod = (name: string): name is LabMethod => Object.hasOwn(labArguments, name);

/** What the lab's side holds of a window. */
export interface RemoteWindow {
  /** Calls to a window that is gone do nothing. */
  readonly window: Pick<WindowApi, 'sessionChanged' | 'metricsArrived' | 'insightProgressed'> & {
    /** Resolves when the window has taken the frame, or is gone. */
    frameArrived(...args: Parameters<WindowApi['frameArrived']>): Promise<void>;
  };
  onClose(listener: () => void): void;
}

/**
 * Answers the calls that arrive on a channel. Arguments that do not fit the contract are refused before the lab
 * sees them; what the lab throws crosses as a `Problem`.
 */
export function serveLab(
  channel: Channel,
  connect: (remote: RemoteWindow) => LabApi,
  log: (problem: Problem) => void,
): void {
  const closed = new Listeners<null>();
  let open = true;
  const rpc: BirpcReturn<WindowApi, object> = createBirpc<WindowApi, object>(
    {},
    {
      ...carriedBy(channel),
      timeout: noTimeout,
      eventNames: ['sessionChanged', 'metricsArrived', 'insightProgressed'],
      resolver: (name) => answerTo(name),
      onGeneralError: (error) => {
        log(problemOf(error));
        return true;
      },
    },
  );
  const told = (call: () => Promise<unknown>) => whileOpen(call, () => open, log);
  const lab = connect({
    window: {
      sessionChanged: (session) => void told(() => rpc.sessionChanged.asEvent(session)),
      metricsArrived: (update) => void told(() => rpc.metricsArrived.asEvent(update)),
      frameArrived: (frame) => told(async () => rpc.frameArrived(frame)),
      insightProgressed: (progress) => void told(async () => rpc.insightProgressed.asEvent(progress)),
    },
    onClose: (listener) => closed.add(listener),
  });
  channel.onClose(() => {
    open = false;
    rpc.$close();
    closed.notify(null);
  });

  function answerTo(name: string) {
    return async (...args: unknown[]): Promise<unknown> => {
      try {
        if (!isLabMethod(name)) throw new Refusal(`The lab knows no call named ${JSON.stringify(name)}.`);
        const checked = labArguments[name].safeParse(args);
        if (!checked.success)
          throw new Refusal(`The call ${name} was refused: ${describeIssue(checked.error)}.`);
        const method = lab[name] as (...checked: readonly unknown[]) => Promise<unknown>;
        return await method.apply(lab, checked.data);
      } catch (thrown) {
        const problem = problemOf(thrown);
        if (problem.kind === 'fault') log(problem);
        throw problem;
      }
    };
  }
}

/** Calls a window. What it fails with is for the log: the lab cannot mend a window. */
async function whileOpen(
  call: () => Promise<unknown>,
  isOpen: () => boolean,
  log: (problem: Problem) => void,
): Promise<void> {
  if (!isOpen()) return;
  try {
    await call();
  } catch (thrown) {
    if (isOpen()) log(asProblemError(thrown).problem);
  }
}

/** The lab's calls, each passed on to `call`. */
export function labCalling(call: (method: LabMethod, args: readonly unknown[]) => Promise<unknown>): LabApi {
  const methods = Object.keys(labArguments).filter(isLabMethod);
  const entries = methods.map((method) => [method, (...args: unknown[]) => call(method, args)] as const);
  return Object.fromEntries(entries) as unknown as LabApi;
}

/**
 * The lab at the other end of a channel. Calls reject with a `ProblemError`. What the window's own listeners
 * throw is reported here, as nobody waits for their answer.
 */
export function connectLab(channel: Channel, window: WindowApi, report: (problem: Problem) => void): LabApi {
  let gone: ProblemError | null = null;
  const rpc = createBirpc<LabApi, WindowApi>(reporting(window, report), {
    ...carriedBy(channel),
    bind: 'functions',
    timeout: noTimeout,
    // A call's own failure goes to its caller; what remains are messages that cannot be read.
    onGeneralError: (error) => {
      if (!(error instanceof z.ZodError)) return false;
      report(problemOf(new Error('A message of the lab could not be read.', { cause: error })));
      return true;
    },
  });
  channel.onClose((reason) => {
    gone = new ProblemError({ kind: 'refusal', message: reason ?? 'The lab is gone.', detail: null });
    rpc.$close(gone);
  });
  return labCalling(async (method, args) => {
    if (gone !== null) throw gone;
    try {
      return await rpc.$callRaw({ method, args: [...args] });
    } catch (thrown) {
      throw asProblemError(thrown);
    }
  });
}

function reporting(window: WindowApi, report: (problem: Problem) => void): WindowApi {
  const guarded =
    <Argument>(listener: (argument: Argument) => Promise<void> | void) =>
    async (argument: Argument): Promise<void> => {
      try {
        await listener(argument);
      } catch (thrown) {
        report(problemOf(thrown));
      }
    };
  return {
    sessionChanged: guarded((session) => {
      window.sessionChanged(session);
    }),
    metricsArrived: guarded((update) => {
      window.metricsArrived(update);
    }),
    frameArrived: guarded((frame) => window.frameArrived(frame)),
    insightProgressed: guarded((progress) => {
      window.insightProgressed(progress);
    }),
  };
}

function carriedBy(channel: Channel) {
  return {
    post: (data: unknown) => {
      channel.post(data);
    },
    on: (listener: (data: unknown) => void) => {
      channel.onMessage(listener);
    },
    deserialize: (data: unknown) => message.parse(data),
  };
}

const problem = z.object({
  kind: z.enum(['refusal', 'fault']),
  message: z.string(),
  detail: z.string().nullable(),
});

function asProblemError(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  const parsed = problem.safeParse(thrown);
  return new ProblemError(parsed.success ? parsed.data : problemOf(thrown));
}
