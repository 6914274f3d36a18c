import { Attributes, type OnnxGraph, type OnnxNode } from './graph';

/** What models that are saved here say of their images among their metadata. */
export const imageLayout = 'image_layout';
export const channelsLast = 'NHWC';

/**
 * The values whose second axis holds channels. Convolutions and poolings of ONNX take images so; models that come from
 * elsewhere turn theirs before and after, and what lies outside of such turns has its channels last.
 */
export function channelsFirstValues({ nodes, inputs, metadata }: OnnxGraph): ReadonlySet<string> {
  const first = new Set<string>();
  for (const { name, shape } of inputs) {
    const turnedAtOnce = nodes.some(
      (node) => node.inputs[0] === name && node.op === 'Transpose' && order(node) === '0,3,1,2',
    );
    const saidLast = metadata.get(imageLayout) === channelsLast;
    if (shape.length === 4 && !turnedAtOnce && !saidLast) first.add(name);
  }
  for (const node of nodes) {
    const turned = node.op === 'Transpose' ? order(node) : '';
    const from = node.inputs.some((input) => first.has(input));
    const givesFirst = turned === '' ? from || node.op === 'Conv' : turned === '0,3,1,2';
    if (givesFirst) for (const output of node.outputs) first.add(output);
  }
  return first;
}

function order(node: OnnxNode): string {
  return new Attributes(node).integers('perm')?.join() ?? '';
}
