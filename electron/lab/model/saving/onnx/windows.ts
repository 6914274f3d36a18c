/** Windows that move over maps, as ONNX's Conv and pooling state them. */
import { sameMargin, type Shape } from '../graph/target';
import type { Margin } from '../operations';
import { attribute, type OnnxAttribute } from './messages';

export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly dilation: readonly number[];
}

/** @param sizes of the input; padding that depends on one which is not known is left to who runs the graph */
export function windowAttributes(
  { size, strides, padding, dilation }: Window,
  sizes: Shape,
): readonly OnnxAttribute[] {
  const window = [attribute.integers('kernel_shape', size), attribute.integers('strides', strides)];
  if (padding === 'valid') return window;
  const margins = sizes.map((length, axis) =>
    length === null
      ? null
      : sameMargin(length, size[axis] as number, strides[axis] as number, dilation[axis] as number),
  );
  const known = margins.filter((margin) => margin !== null);
  return known.length === margins.length
    ? [...window, attribute.integers('pads', pads(known))]
    : [...window, attribute.text('auto_pad', 'SAME_UPPER')];
}

/** All beginnings, then all ends. */
export function pads(margins: readonly Margin[]): readonly number[] {
  return [...margins.map(([before]) => before), ...margins.map(([, after]) => after)];
}
