import { expect, it } from 'vitest';
import { withExactViews } from '#shared/exact-views';

it('gives small views of large buffers a buffer of their own, whatever their kind', () => {
  const buffer = new ArrayBuffer(4096);
  const message = {
    a: ['q', { codes: new Uint8Array(buffer, 8, 4).fill(3) }],
    floats: new Float32Array(buffer, 64, 2).fill(0.5),
    buffer: Buffer.from('abc'),
    data: new DataView(buffer, 8, 2),
  };
  const exact = withExactViews(message) as typeof message;
  const codes = (exact.a[1] as { codes: Uint8Array }).codes;
  expect(codes).toEqual(Uint8Array.of(3, 3, 3, 3));
  expect(exact.floats).toEqual(Float32Array.of(0.5, 0.5));
  expect([...exact.buffer]).toEqual([97, 98, 99]);
  expect(exact.data.getUint8(0)).toBe(3);
  for (const view of [codes, exact.floats, exact.buffer, exact.data])
    expect(view.buffer.byteLength).toBe(view.byteLength);
});

it('passes on what is exact already, and what it does not know, without copying', () => {
  const message = { layers: [{ name: 'conv2d' }], output: new Float32Array(10), at: new Date(0), none: null };
  expect(withExactViews(message)).toBe(message);
});
