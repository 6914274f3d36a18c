import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LabApi, WindowApi } from '#shared/api';
import { CarriedChannel } from '#shared/carried-channel';
import type { Channel } from '#shared/channel';
import { ProblemError, Refusal, type Problem } from '#shared/errors';
import { withExactViews } from '#shared/exact-views';
import { packed } from '#shared/packing';
import { connectLab, labCalling, serveLab, type RemoteWindow } from '#shared/rpc';
import { frame, metrics } from '../../stand-ins/lab';

type Pair = readonly [lab: Channel, window: Channel];

/** Structured clone over real ports, as in the desktop shell. */
function overPorts(): Pair {
  const { port1, port2 } = new MessageChannel();
  return [portEnd(port1), portEnd(port2)];
}

function portEnd(port: MessagePort): Channel {
  const channel = new CarriedChannel<unknown>({
    send: (message) => {
      port.postMessage(withExactViews(message));
    },
    close: () => {
      port.close();
    },
  });
  port.onmessage = ({ data }) => {
    channel.arrived(data);
  };
  port.addEventListener('close', () => {
    channel.ended(null);
  });
  return channel;
}

/** Packed bytes, each message at another offset of a shared buffer, as sockets deliver them. */
function overBytes(): Pair {
  const make = (other: () => CarriedChannel<Uint8Array>): CarriedChannel<Uint8Array> =>
    new CarriedChannel<Uint8Array>({
      send: (bytes) => {
        const pool = new Uint8Array(bytes.length + 7);
        pool.set(bytes, 7);
        setImmediate(() => {
          other().arrived(pool.subarray(7));
        });
      },
      close: () => {
        other().ended(null);
      },
    });
  const lab: CarriedChannel<Uint8Array> = make(() => window);
  const window: CarriedChannel<Uint8Array> = make(() => lab);
  return [packed(lab), packed(window)];
}

function set(pair: Pair, answers: Partial<LabApi>, windowApi: Partial<WindowApi> = {}) {
  const problems: Problem[] = [];
  const reported: Problem[] = [];
  let remote: RemoteWindow | undefined;
  const lab = {
    ...labCalling(async (method) => {
      throw new Error(`${method} was not expected`);
    }),
    ...answers,
  };
  serveLab(
    pair[0],
    (given) => {
      remote = given;
      return lab;
    },
    (problem) => problems.push(problem),
  );
  const client = connectLab(
    pair[1],
    {
      sessionChanged: () => undefined,
      metricsArrived: () => undefined,
      frameArrived: () => undefined,
      insightProgressed: () => undefined,
      ...windowApi,
    },
    (problem) => reported.push(problem),
  );
  if (remote === undefined) throw new Error('The lab was not connected.');
  return { client, remote, problems, reported };
}

const open: Channel[] = [];
afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
});

describe.each([
  ['ports', overPorts],
  ['packed bytes', overBytes],
])('the contract over %s', (_, make) => {
  const pair = (): Pair => {
    const made = make();
    open.push(...made);
    return made;
  };

  it('carries typed arrays both ways with their kinds and values', async () => {
    const arrived = vi.fn();
    const probe = vi.fn(async () => undefined);
    const samples = {
      from: 0,
      total: 2,
      shape: [1, 1, 1] as const,
      pixels: Uint8Array.of(255, 0),
      labels: Int32Array.of(-5, 70_000),
    };
    const { client, remote } = set(
      pair(),
      { probe, samples: async () => samples },
      { metricsArrived: arrived },
    );
    const pixels = new Uint8Array(100).subarray(20, 84).fill(9);
    await client.probe({ kind: 'drawing', side: 8, pixels });
    expect(probe).toHaveBeenCalledWith({ kind: 'drawing', side: 8, pixels: new Uint8Array(64).fill(9) });
    expect(await client.samples({ from: 0, count: 2 })).toEqual(samples);
    remote.window.metricsArrived(metrics);
    await vi.waitFor(() => {
      expect(arrived).toHaveBeenCalledWith(metrics);
    });
  });

  it('resolves a frame when the window has taken it, not before', async () => {
    let take: () => void = () => undefined;
    const taking = new Promise<void>((resolve) => (take = resolve));
    const seen = vi.fn(() => taking);
    const { remote } = set(pair(), {}, { frameArrived: seen });
    let acknowledged = false;
    const sent = remote.window.frameArrived(frame).then(() => (acknowledged = true));
    await vi.waitFor(() => {
      expect(seen).toHaveBeenCalledWith(frame);
    });
    expect(acknowledged).toBe(false);
    take();
    await sent;
  });

  it('refuses arguments that do not fit the contract before the lab sees them', async () => {
    const probe = vi.fn(async () => undefined);
    const { client } = set(pair(), { probe });
    const wrong = client.probe({ kind: 'sample', index: -1 });
    await expect(wrong).rejects.toThrow(/^The call probe was refused: .*index/);
    await expect(wrong).rejects.toMatchObject({ problem: { kind: 'refusal', detail: null } });
    expect(probe).not.toHaveBeenCalled();
  });

  it('carries refusals as they are and faults with their causes, which are logged', async () => {
    const { client, problems } = set(pair(), {
      pause: async () => {
        throw new Refusal('Nothing is training.');
      },
      stop: async () => {
        throw new Error('outer', { cause: new Error('inner') });
      },
    });
    await expect(client.pause()).rejects.toEqual(
      new ProblemError({ kind: 'refusal', message: 'Nothing is training.', detail: null }),
    );
    const fault = await client.stop().catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(ProblemError);
    expect((fault as ProblemError).problem).toMatchObject({ kind: 'fault', message: 'outer' });
    expect((fault as ProblemError).problem.detail).toContain('inner');
    expect(problems).toHaveLength(1);
  });

  it('survives calls that the contract does not know and messages that are none', async () => {
    const [labEnd, windowEnd] = pair();
    const { client, problems } = set([labEnd, windowEnd], { stop: async () => undefined });
    const answers: unknown[] = [];
    windowEnd.onMessage((message) => answers.push(message));
    for (const name of ['constructor', '__proto__', 'launch'])
      windowEnd.post({ t: 'q', m: name, a: [], i: name });
    windowEnd.post({ nonsense: true });
    windowEnd.post(null);
    await client.stop();
    expect(answers).toContainEqual(
      expect.objectContaining({
        i: 'constructor',
        e: expect.objectContaining({ message: 'The lab knows no call named "constructor".' }),
      }),
    );
    expect(problems).toHaveLength(2);
  });

  it('reports what a listener of the window throws, and goes on', async () => {
    const { client, remote, reported } = set(
      pair(),
      { stop: async () => undefined },
      {
        sessionChanged: () => {
          throw new Error('a store is broken');
        },
      },
    );
    remote.window.sessionChanged({ phase: 'empty' });
    await client.stop();
    expect(reported.map(({ message }) => message)).toEqual(['a store is broken']);
  });

  it('rejects calls with the reason once the channel is closed, and drops what the lab still says', async () => {
    const [labEnd, windowEnd] = pair();
    const never = new Promise<never>(() => undefined);
    const { client, remote } = set([labEnd, windowEnd], { stop: () => never });
    const left = vi.fn();
    remote.onClose(left);
    const pending = client.stop();
    windowEnd.close('The lab was killed.');
    await expect(pending).rejects.toMatchObject({ problem: { message: 'The lab was killed.' } });
    await expect(client.pause()).rejects.toMatchObject({ problem: { message: 'The lab was killed.' } });
    await vi.waitFor(() => {
      expect(left).toHaveBeenCalledOnce();
    });
    remote.window.metricsArrived(metrics);
    await remote.window.frameArrived(frame);
  });

  it('lets go of a frame whose window leaves without taking it', async () => {
    const [labEnd, windowEnd] = pair();
    const seen = vi.fn(() => new Promise<void>(() => undefined));
    const { remote } = set([labEnd, windowEnd], {}, { frameArrived: seen });
    const sent = remote.window.frameArrived(frame);
    await vi.waitFor(() => {
      expect(seen).toHaveBeenCalled();
    });
    windowEnd.close();
    await sent;
  });
});

it('closes a channel of bytes that are no message', () => {
  const bytes = new CarriedChannel<Uint8Array>({ send: () => undefined, close: () => undefined });
  const closed = vi.fn();
  packed(bytes).onClose(closed);
  // An array of two items that ends after one.
  bytes.arrived(Uint8Array.of(0x92, 0x01));
  expect(closed).toHaveBeenCalledWith(expect.stringContaining('bytes that are not a message'));
});
