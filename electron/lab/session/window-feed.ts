import type { Session } from '#shared/api';
import type { Frame } from '#shared/frames';
import type { Problem } from '#shared/errors';
import type { RemoteWindow } from '#shared/rpc';
import { problemOf } from '#shared/errors';
import type { MetricsHistory } from './metrics-history';

/** At most 20 messages of metrics a second. */
const metricsMilliseconds = 50;

/** The part of a window that follows the session; its own questions are answered elsewhere. */
export type FollowingWindow = Omit<RemoteWindow['window'], 'insightProgressed'>;

/** What one window is sent, and how fast: metrics gathered but never dropped, frames dropped while it is behind. */
export class WindowFeed {
  readonly #window: FollowingWindow;
  readonly #log: (problem: Problem) => void;
  #history: MetricsHistory;
  #sentSteps: number;
  #sentEpochs: number;
  #timer: NodeJS.Timeout | null = null;
  #drawing = false;
  #next: Frame | null = null;
  #closed = false;

  constructor(window: FollowingWindow, history: MetricsHistory, log: (problem: Problem) => void) {
    this.#window = window;
    this.#log = log;
    this.#history = history;
    // The snapshot that the window joined with held these.
    this.#sentSteps = history.steps;
    this.#sentEpochs = history.epochs;
  }

  /** Whether a frame sent now would be drawn now. */
  get ready(): boolean {
    return !this.#drawing;
  }

  sendSession(session: Session): void {
    if (this.#closed) return;
    // What was measured before a change belongs before it.
    this.flushMetrics();
    this.#window.sessionChanged(session);
  }

  /** Another run begins. */
  follow(history: MetricsHistory): void {
    this.flushMetrics();
    this.#history = history;
    this.#sentSteps = 0;
    this.#sentEpochs = 0;
    // A run that goes on has measured before.
    if (history.steps > 0) this.metricsGrew();
  }

  metricsGrew(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.flushMetrics();
    }, metricsMilliseconds);
  }

  flushMetrics(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#closed) return;
    if (this.#history.steps === this.#sentSteps && this.#history.epochs === this.#sentEpochs) return;
    const update = this.#history.since(this.#sentSteps, this.#sentEpochs);
    this.#sentSteps = this.#history.steps;
    this.#sentEpochs = this.#history.epochs;
    this.#window.metricsArrived(update);
  }

  /** Sends the frame now or, while the window is busy, as soon as it is not, unless a newer one comes first. */
  sendFrame(frame: Frame): void {
    if (this.#closed) return;
    if (this.#drawing) {
      this.#next = frame;
      return;
    }
    this.#drawing = true;
    this.#window
      .frameArrived(frame)
      .catch((thrown: unknown) => {
        if (!this.#closed) this.#log(problemOf(thrown));
      })
      .finally(() => {
        this.#drawing = false;
        const next = this.#next;
        this.#next = null;
        if (next !== null) this.sendFrame(next);
      });
  }

  close(): void {
    this.#closed = true;
    this.#next = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
