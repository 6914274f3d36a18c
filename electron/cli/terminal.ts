import type { Progress, Task } from '#shared/api';

const barWidth = 24;
const redrawMilliseconds = 100;

/** The line of progress on stderr: redrawn in place on a terminal, absent where stderr is a file or a pipe. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = 0;
  #visible = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  task({ label, fraction }: Task): void {
    this.#draw(fraction === null ? `${label} …` : `${label} ${bar(fraction)} ${percent(fraction)}`);
  }

  training(progress: Progress, loss: number): void {
    const { epoch, epochs, step, stepsPerEpoch, imagesPerSecond, secondsLeft } = progress;
    const pace =
      imagesPerSecond === null ? '' : ` · ${Math.round(imagesPerSecond).toLocaleString('en-US')} img/s`;
    const left = secondsLeft === null ? '' : ` · ${clock(secondsLeft)} left`;
    const done = `epoch ${epoch}/${epochs} ${bar(step / stepsPerEpoch)} ${step}/${stepsPerEpoch}`;
    this.#draw(`${done} · loss ${loss.toFixed(4)}${pace}${left}`);
  }

  /** Makes room for a line that stays. */
  clear(): void {
    if (this.#visible) this.#stream.write('\r\u001b[K');
    this.#visible = false;
    this.#drawnAt = 0;
  }

  #draw(text: string): void {
    if (!this.#stream.isTTY || Date.now() - this.#drawnAt < redrawMilliseconds) return;
    this.#drawnAt = Date.now();
    this.#visible = true;
    // A line that wraps could not be drawn over.
    this.#stream.write(`\r${text.slice(0, this.#stream.columns - 1)}\u001b[K`);
  }
}

function bar(fraction: number): string {
  const filled = Math.round(fraction * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}

export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(0)} %`;
}

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A line of the result, the only thing that goes to stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Everything else that a person should read. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
