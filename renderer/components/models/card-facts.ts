/** What a model's card says, in words. */
import type { ModelCard } from '#shared/models';
import type { Preprocessing } from '#shared/spec';
import { count, operations } from '../numbers';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function factsOf(card: ModelCard): readonly Fact[] {
  const shown = card.layers.filter(({ problem }) => problem === null).length;
  return [
    { name: 'Format', value: card.format },
    {
      name: 'Producer',
      value: [card.producer, card.version].filter((part) => part !== null).join(' ') || 'not said',
    },
    { name: 'Runs as', value: card.kind === 'layers' ? 'layers, trained further' : 'a graph, as it is' },
    {
      name: 'Layers',
      value:
        shown === card.layers.length ? count(shown) : `${count(shown)} of ${count(card.layers.length)} run`,
    },
    { name: 'Parameters', value: count(card.parameters) },
    { name: 'Memory of weights', value: bytes(card.weightBytes) },
    {
      name: 'Memory of one image',
      value: card.activationBytes === null ? 'known after a run' : bytes(card.activationBytes),
    },
    { name: 'FLOPs per image', value: operations(card.flops) },
    { name: 'Input', value: sizes(card.inputShape) },
    {
      name: 'Preprocessing',
      value: `${preprocessingText(card.preprocessing)}, ${origins[card.preprocessingFrom]}`,
    },
    {
      name: card.outputs.length === 1 ? 'Output' : 'Outputs',
      value: card.outputs
        .map(({ name, shape }) => `${name} ${shape === null ? '' : sizes(shape)}`.trim())
        .join(', '),
    },
    {
      name: 'Classes',
      value:
        card.classes === null ? 'not named' : `${count(card.classes.length)}, ${origins[card.classesFrom]}`,
    },
  ];
}

const origins = {
  file: 'from the file',
  remembered: 'as you said',
  assumed: 'assumed: the file does not say it',
} as const;

/** Sizes that a file leaves open are dashes. */
export function sizes(shape: readonly (number | null)[]): string {
  return shape.map((size) => (size === null ? '–' : count(size))).join(' × ');
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB'] as const;
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? count(size) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

function preprocessingText({ range, channelOrder, mean, deviation, inverted }: Preprocessing): string {
  return [
    `${range[0]} to ${range[1]}`,
    ...(channelOrder === 'bgr' ? ['blue first'] : []),
    ...(mean === null ? [] : [`less ${mean.join(', ')}`]),
    ...(deviation === null ? [] : [`by ${deviation.join(', ')}`]),
    ...(inverted ? ['inverted'] : []),
  ].join(', ');
}
