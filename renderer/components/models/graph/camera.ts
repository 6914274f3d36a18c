/** Which part of a drawing is in sight. It is moved many times a second, so it is changed in place. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const [smallest, largest] = [0.02, 3];
/** Text is read at this scale and above. */
const legible = 0.7;
const margin = 16;
/** What the buttons over the lower edge take. */
const buttons = 32;

export class Camera {
  x = 0;
  y = 0;
  scale = 1;
  #width = 0;
  #height = 0;

  /** Of the element that it is seen in; what is in the middle stays there. */
  resize(width: number, height: number): void {
    this.x += (width - this.#width) / 2;
    this.#width = width;
    this.#height = height;
  }

  move(x: number, y: number): void {
    this.x += x;
    this.y += y;
  }

  /** What is at the point stays there. */
  zoom(factor: number, x = this.#width / 2, y = this.#height / 2): void {
    const scale = Math.min(largest, Math.max(smallest, this.scale * factor));
    const real = scale / this.scale;
    this.x = x - (x - this.x) * real;
    this.y = y - (y - this.y) * real;
    this.scale = scale;
  }

  /** Shows all of it, no larger than it is. */
  fit({ left, top, width, height }: Box): void {
    this.scale = this.#fitting(width, height);
    this.x = (this.#width - width * this.scale) / 2 - left * this.scale;
    this.y = (this.#height - height * this.scale) / 2 - top * this.scale;
  }

  /** Shows all of it, or its beginning where it could not be read. */
  begin(box: Box): void {
    if (this.#fitting(box.width, box.height) >= legible) return this.fit(box);
    this.scale = Math.min(1, Math.max(legible, (this.#width - 2 * margin) / box.width));
    this.x = (this.#width - box.width * this.scale) / 2 - box.left * this.scale;
    this.y = margin - box.top * this.scale;
  }

  /** Moves as little as brings a part of the drawing into sight, clear of the buttons. */
  reveal({ left, top, width, height }: Box): void {
    const [x, y] = [left * this.scale + this.x, top * this.scale + this.y];
    this.x += shift(x, width * this.scale, this.#width);
    this.y += shift(y, height * this.scale, this.#height - buttons);
  }

  #fitting(width: number, height: number): number {
    const horizontal = (this.#width - 2 * margin) / Math.max(1, width);
    const vertical = (this.#height - 2 * margin) / Math.max(1, height);
    return Math.max(smallest, Math.min(1, horizontal, vertical));
  }
}

function shift(start: number, length: number, room: number): number {
  if (start < margin) return margin - start;
  const over = start + length - (room - margin);
  return over > 0 ? -Math.min(over, start - margin) : 0;
}
