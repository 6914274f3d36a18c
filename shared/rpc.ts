/** The contract over a channel: typed calls both ways, checked at the lab's door. */
import { createBirpc, type BirpcReturn } from 'birpc';
import { z } from 'zod';
import { labArguments, type LabApi, type WindowApi } from './api';
import type { Channel } from './channel';
import { problemOf, ProblemError, Refusal, type Problem } from './errors';
import { describeIssue } from './spec';

const noTimeout = -1;

/** birpc's wire format: a request `q` or a response `s`. */
const message = z.union([
  z.object({ t: z.literal('q'), m: z.string(), a: z.array(z.unknown()), i: z.string().optional() }),
  z.object({ t: z.literal('s'), i: z.string(), r: z.unknown().optional(), e: z.unknown().optional() }),
]);

type LabMethod = keyof LabApi;
const isLabMethod = (name: string): name is LabMethod => Object.hasOwn(labArguments, name);

/** What the lab's side holds of a window. */
export interface RemoteWindow {
  readonly window: Pick<WindowApi, 'sessionChanged' | 'metricsArrived'> & {
    /** Resolves when the window has taken the frame. */
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
  const closeListeners: (() => void)[] = [];
  const rpc: BirpcReturn<WindowApi, object> = createBirpc<WindowApi, object>(
    {},
    {
      ...carriedBy(channel),
      timeout: noTimeout,
      eventNames: ['sessionChanged', 'metricsArrived'],
      resolver: (name) => (isLabMethod(name) ? (...args: unknown[]) => answer(name, args) : undefined),
      onGeneralError: (error) => {
        log(problemOf(error));
        return true;
      },
    },
  );
  const lab = connect({
    window: {
      sessionChanged: (session) => void rpc.sessionChanged(session),
      metricsArrived: (update) => void rpc.metricsArrived(update),
      frameArrived: async (frame) => {
        await rpc.frameArrived(frame);
      },
    },
    onClose: (listener) => closeListeners.push(listener),
  });
  channel.onClose(() => {
    rpc.$close();
    for (const listener of closeListeners) listener();
  });

  async function answer(name: LabMethod, args: readonly unknown[]): Promise<unknown> {
    try {
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
  }
}

/** The lab at the other end of a channel. Calls reject with a `ProblemError`. */
export function connectLab(channel: Channel, window: WindowApi): LabApi {
  const rpc = createBirpc<LabApi, WindowApi>(window, {
    ...carriedBy(channel),
    bind: 'functions',
    timeout: noTimeout,
  });
  channel.onClose((reason) => {
    rpc.$close(new ProblemError({ kind: 'refusal', message: reason ?? 'The lab is gone.', detail: null }));
  });
  const call = <M extends LabMethod>(method: M): LabApi[M] =>
    (async (...args: unknown[]) => {
      try {
        return await rpc.$callRaw({ method, args });
      } catch (thrown) {
        throw asProblemError(thrown);
      }
    }) as unknown as LabApi[M];
  return {
    describe: call('describe'),
    join: call('join'),
    summarize: call('summarize'),
    prepare: call('prepare'),
    train: call('train'),
    pause: call('pause'),
    resume: call('resume'),
    stop: call('stop'),
    probe: call('probe'),
    samples: call('samples'),
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
