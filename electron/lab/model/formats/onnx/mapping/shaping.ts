import type { OnnxNode, Shape } from '../graph';
import {
  product,
  requireMaps,
  Unmappable,
  valuesOf,
  type Mapped,
  type Mapper,
  type NodeMapper,
} from './mapper';

export const flatten: NodeMapper = (node, mapper, attributes) => {
  const axis = attributes.integer('axis', 1);
  if (axis !== 1) throw new Unmappable(`flattens from axis ${axis} on, which layers do not`);
  reshaped(node, mapper, mapper.tensor(node, 0), null);
};

export const reshape: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const target = targetOf(node, mapper) ?? attributes.integers('shape');
  if (target === null || target === undefined) throw new Unmappable('does not say which shape to make');
  const [batch = null, ...rest] = target.map((size, axis) =>
    size === 0 && attributes.integer('allowzero', 0) === 0 ? (input.shape[axis] ?? null) : size,
  );
  const values = valuesOf(input.shape);
  const fixed = rest.filter((size): size is number => size !== null && size !== -1);
  // The batch stays as it is if all other values of an image find their place in the other axes.
  const keepsBatch = batch === null || fixed.length < rest.length || values === product(fixed);
  if (!keepsBatch || rest.some((size) => size === null) || (batch === -1 && fixed.length < rest.length)) {
    throw new Unmappable('changes the batch');
  }
  if (batch !== null && batch !== 1 && batch !== -1) throw new Unmappable('makes a batch of its own');
  reshaped(node, mapper, input, rest as readonly number[]);
};

function targetOf(node: OnnxNode, mapper: Mapper): Shape | null {
  const name = node.inputs[1];
  if (name === undefined || name === '') return null;
  const value = mapper.value(name);
  if (value.kind === 'sizes') return value.values;
  return value.kind === 'constant' ? [...value.constant.values] : null;
}

/** @param target without the batch, -1 is what is left; `null` is a single axis */
function reshaped(node: OnnxNode, mapper: Mapper, input: Mapped, target: readonly number[] | null): void {
  const values = valuesOf(input.shape);
  if (target === null || target.length === 1) {
    mapper.layer(node, [input], { className: 'Flatten', shape: [null, values], positive: input.positive });
    return;
  }
  const fixed = product(target.filter((size) => size !== -1));
  const shape = target.map((size) => (size !== -1 ? size : values === null ? null : values / fixed));
  if (
    target.filter((size) => size === -1).length > 1 ||
    shape.some((size) => size !== null && size % 1 !== 0)
  ) {
    throw new Unmappable('makes a shape that its values do not fill');
  }
  mapper.layer(node, [input], {
    className: 'Reshape',
    config: { target_shape: target },
    shape: [null, ...shape],
    positive: input.positive,
  });
}

export const squeeze: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const axes = axesOf(node, mapper, attributes.integers('axes'), input.shape.length);
  const dropped = axes ?? input.shape.flatMap((size, axis) => (size === 1 && axis > 0 ? [axis] : []));
  if (dropped.some((axis) => axis === 0 || input.shape[axis] !== 1))
    throw new Unmappable('squeezes the batch');
  keepValues(
    node,
    mapper,
    input,
    input.shape.filter((_, axis) => !dropped.includes(axis)),
  );
};

export const unsqueeze: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const written = attributes.integers('axes') ?? [...(mapper.constant(node, 1)?.values ?? [])];
  const rank = input.shape.length + written.length;
  const axes = written.map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.includes(0)) throw new Unmappable('adds an axis before the batch');
  const left = [...input.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (left.shift() ?? null)));
  keepValues(node, mapper, input, shape);
};

function axesOf(
  node: OnnxNode,
  mapper: Mapper,
  written: readonly number[] | null,
  rank: number,
): readonly number[] | null {
  const constant = mapper.constant(node, 1);
  const axes = written ?? (constant === null ? null : [...constant.values]);
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? null;
}

function keepValues(node: OnnxNode, mapper: Mapper, input: Mapped, shape: Shape): void {
  const rest = shape.slice(1);
  if (rest.filter((size) => size === null).length > 1)
    throw new Unmappable('works on sizes that are not known');
  reshaped(
    node,
    mapper,
    input,
    rest.map((size) => size ?? -1),
  );
}

export const transpose: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const order = attributes.integers('perm') ?? input.shape.map((_, axis) => axis).reverse();
  if (order[0] !== 0 || [...order].sort().join() !== input.shape.map((_, axis) => axis).join()) {
    throw new Unmappable('moves the batch');
  }
  mapper.layer(node, [input], {
    className: 'Permute',
    config: { dims: order.slice(1) },
    shape: order.map((axis) => input.shape[axis] ?? null),
    positive: input.positive,
  });
};

export const concatenation: NodeMapper = (node, mapper, attributes) => {
  const inputs = node.inputs.map((_, index) => mapper.tensor(node, index));
  const rank = inputs[0]?.shape.length ?? 0;
  const written = attributes.integer('axis', 1);
  const axis = written < 0 ? written + rank : written;
  if (axis < 1 || axis >= rank || inputs.some(({ shape }) => shape.length !== rank)) {
    throw new Unmappable('joins along an axis that layers do not');
  }
  if (inputs.length === 1) {
    mapper.set(node.outputs[0] ?? '', inputs[0] as Mapped);
    return;
  }
  const sizes = inputs.map(({ shape }) => shape[axis] ?? null);
  const joined = sizes.reduce<number | null>(
    (sum, size) => (sum === null || size === null ? null : sum + size),
    0,
  );
  mapper.layer(node, inputs, {
    className: 'Concatenate',
    config: { axis },
    shape: inputs[0]?.shape.map((size, at) => (at === axis ? joined : size)) ?? [],
    positive: inputs.every(({ positive }) => positive),
  });
};

export const pad: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  requireMaps(input);
  const pads = attributes.integers('pads') ??
    attributes.integers('paddings') ?? [...(mapper.constant(node, 1)?.values ?? [])];
  const value = mapper.constant(node, 2)?.values[0] ?? attributes.float('value', 0);
  const [b0, c0, top = 0, left = 0, b1, c1, bottom = 0, right = 0] = pads;
  const plain = attributes.text('mode', 'constant') === 'constant' && value === 0 && pads.length === 8;
  if (
    !plain ||
    [b0, c0, b1, c1].some((size) => size !== 0) ||
    [top, left, bottom, right].some((size) => size < 0)
  ) {
    throw new Unmappable('pads in a way that the layer ZeroPadding2D does not');
  }
  const [, channels = null, height = null, width = null] = input.shape;
  mapper.layer(node, [input], {
    className: 'ZeroPadding2D',
    config: {
      padding: [
        [top, bottom],
        [left, right],
      ],
      data_format: 'channels_first',
    },
    shape: [
      null,
      channels,
      height === null ? null : height + top + bottom,
      width === null ? null : width + left + right,
    ],
    positive: input.positive,
  });
};

/** Only enlarging by whole numbers, each value repeated. */
export const resize: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  // Upsample has its scales as an attribute or second input, Resize as third since version 11.
  const scaleInput = node.op === 'Resize' && mapper.graph.opset >= 11 ? 2 : 1;
  const written = node.attributes.get('scales')?.floats ?? [
    ...(mapper.constant(node, scaleInput)?.values ?? []),
  ];
  const [batch, channel, rows, columns] = written;
  const whole = [rows, columns].every(
    (scale) => scale !== undefined && Number.isInteger(scale) && scale >= 1,
  );
  const nearest = attributes.text('mode', 'nearest') === 'nearest';
  const corners = attributes.text('coordinate_transformation_mode', 'half_pixel') === 'align_corners';
  const rounding = attributes.text('nearest_mode', 'round_prefer_floor');
  const shifted = attributes.text('coordinate_transformation_mode', 'half_pixel') === 'asymmetric';
  const repeats = shifted
    ? rounding === 'floor' || node.op === 'Upsample'
    : rounding.startsWith('round_prefer');
  if (!whole || !nearest || corners || batch !== 1 || channel !== 1 || (node.op === 'Resize' && !repeats)) {
    throw new Unmappable('resizes in a way that the layer UpSampling2D does not');
  }
  const [, , height = null, width = null] = input.shape;
  mapper.layer(node, [input], {
    className: 'UpSampling2D',
    config: { size: [rows, columns], interpolation: 'nearest', data_format: 'channels_first' },
    shape: [
      null,
      channels,
      height === null ? null : height * (rows as number),
      width === null ? null : width * (columns as number),
    ],
    positive: input.positive,
  });
};
