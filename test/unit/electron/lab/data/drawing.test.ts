import { describe, expect, it } from 'vitest';
import { centreDrawing } from '../../../../../electron/lab/data/drawing';

const mnistShape = [28, 28, 1] as const;

/** A white rectangle on a black square. */
function rectangle(side: number, left: number, top: number, width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(side * side);
  for (let y = top; y < top + height; y++) pixels.fill(255, y * side + left, y * side + left + width);
  return pixels;
}

function inked(image: Uint8Array, side = 28): { left: number; top: number; width: number; height: number } {
  const places = [...image.keys()].filter((place) => (image[place] ?? 0) > 0);
  const columns = places.map((place) => place % side);
  const rows = places.map((place) => Math.floor(place / side));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return { left, top, width: Math.max(...columns) - left + 1, height: Math.max(...rows) - top + 1 };
}

describe('centreDrawing', () => {
  it('leaves an empty drawing black', () => {
    const image = centreDrawing(new Uint8Array(100 * 100), 100, mnistShape);
    expect(image).toEqual(new Uint8Array(784));
  });

  it.each([
    ['a corner', 3, 5],
    ['the middle', 100, 80],
    ['the far corner', 219, 179],
  ])('centres what was drawn in %s', (_, left, top) => {
    const image = centreDrawing(rectangle(280, left, top, 60, 100), 280, mnistShape);
    expect(inked(image)).toEqual({ left: 8, top: 4, width: 12, height: 20 });
  });

  it('makes large and small drawings equally large', () => {
    const small = centreDrawing(rectangle(280, 10, 10, 20, 40), 280, mnistShape);
    const large = centreDrawing(rectangle(280, 60, 20, 120, 240), 280, mnistShape);
    expect(small).toEqual(large);
  });

  it('keeps the aspect of what is broader than high', () => {
    const image = centreDrawing(rectangle(100, 10, 10, 80, 20), 100, mnistShape);
    expect(inked(image)).toMatchObject({ width: 20, height: 5 });
  });

  it('puts the centre of mass, not the middle of the box, in the middle', () => {
    const pixels = rectangle(100, 20, 0, 4, 100);
    for (let y = 80; y < 100; y++) pixels.fill(255, y * 100 + 20, y * 100 + 60);
    const image = centreDrawing(pixels, 100, mnistShape);
    let [mass, x, y] = [0, 0, 0];
    image.forEach((value, place) => {
      mass += value;
      x += value * ((place % 28) + 0.5);
      y += value * (Math.floor(place / 28) + 0.5);
    });
    expect(Math.abs(x / mass - 14)).toBeLessThanOrEqual(0.5);
    // The foot is heavy, so the box stands as high as the image lets it.
    expect(inked(image).top).toBeLessThan(4);
    expect(y / mass).toBeGreaterThan(14);
  });

  it('takes no faint specks for ink', () => {
    const pixels = rectangle(100, 40, 40, 10, 20);
    pixels[0] = 15;
    expect(centreDrawing(pixels, 100, mnistShape)).toEqual(
      centreDrawing(rectangle(100, 40, 40, 10, 20), 100, mnistShape),
    );
  });

  it('gives every channel the same grey', () => {
    const image = centreDrawing(rectangle(64, 10, 10, 20, 30), 64, [32, 32, 3]);
    const single = centreDrawing(rectangle(64, 10, 10, 20, 30), 64, [32, 32, 1]);
    expect([...image]).toEqual([...single].flatMap((grey) => [grey, grey, grey]));
  });
});
