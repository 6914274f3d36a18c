import { describe, expect, it } from 'vitest';
import type { CardLayer } from '#shared/models';
import { blocksOf } from '../../../../../renderer/components/models/graph/blocks';
import { boxWidth, type PlacedBlock } from '../../../../../renderer/components/models/graph/boxes';
import { layoutOf, TooEntangled } from '../../../../../renderer/components/models/graph/layout';
import { networkOf } from '../../../../../renderer/components/models/graph/network';
import { segmentsOf } from '../../../../../renderer/components/models/graph/segments';
import { middlesOf, step } from '../../../../../renderer/components/models/graph/walk';
import { card, layer, residual } from './cards';

const network = (layers: readonly CardLayer[]) => networkOf(card(layers));

function overlap(one: PlacedBlock, other: PlacedBlock): boolean {
  return (
    Math.abs(one.x - other.x) < boxWidth && one.y < other.y + other.height && other.y < one.y + one.height
  );
}

async function expectReadable(layers: readonly CardLayer[]): Promise<void> {
  const { blocks, edges } = await layoutOf(network(layers));
  const byName = new Map(blocks.map((block) => [block.name, block]));
  blocks.forEach((one, index) => {
    for (const other of blocks.slice(index + 1)) {
      expect(overlap(one, other), `${one.name} over ${other.name}`).toBe(false);
    }
  });
  for (const { from, to } of edges) {
    const [above, below] = [byName.get(from), byName.get(to)];
    expect((above?.y ?? 0) + (above?.height ?? 0), `${from} above ${to}`).toBeLessThanOrEqual(below?.y ?? 0);
  }
}

describe('the graph of a network', () => {
  it('has the inputs that are no layers, and knows who reads whom', () => {
    const { nodes } = network(residual);
    expect([...nodes.keys()]).toEqual(['picture', ...residual.map(({ name }) => name)]);
    expect(nodes.get('picture')).toMatchObject({ type: 'Input', shape: [8, 8, 3], readers: ['stem'] });
    expect(nodes.get('stem')?.readers).toEqual(['conv', 'add']);
    expect(nodes.get('add')?.readers).toEqual(['left', 'right']);
  });

  it('frames nested models, and draws their layers in their place', async () => {
    const layers = [
      layer('stack', 'Sequential', ['image'], { within: 3 }),
      layer('stack/conv', 'Conv2D', ['image']),
      layer('stack/inner', 'Functional', ['stack/conv'], { within: 1 }),
      layer('stack/inner/pool', 'MaxPooling2D', ['stack/conv']),
      layer('dense', 'Dense', ['stack/inner/pool']),
    ];
    const made = network(layers);
    expect([...made.nodes.keys()]).toEqual(['image', 'stack/conv', 'stack/inner/pool', 'dense']);
    const { frames, blocks } = await layoutOf(made);
    expect(frames.map(({ name }) => name)).toEqual(['stack', 'stack/inner']);
    const around = (name: string, block: string) => {
      const [frame, box] = [
        frames.find((one) => one.name === name),
        blocks.find((one) => one.name === block),
      ];
      if (frame === undefined || box === undefined) throw new Error('It is not drawn.');
      return frame.y < box.y && box.y + box.height < frame.y + frame.height;
    };
    expect(around('stack', 'stack/conv')).toBe(true);
    expect(around('stack/inner', 'stack/inner/pool')).toBe(true);
    expect(around('stack', 'dense')).toBe(false);
    expect(around('stack/inner', 'stack/conv')).toBe(false);
  });

  it('takes what only follows on a layer into its box, and nothing that others read too', () => {
    const names = blocksOf(network(residual)).map(({ nodes }) => nodes.map(({ name }) => name));
    expect(names).toEqual([['picture'], ['stem'], ['conv', 'norm', 'relu'], ['add'], ['left'], ['right']]);
    const shared = [
      layer('conv', 'Conv2D', []),
      layer('relu', 'ReLU', ['conv']),
      layer('add', 'Add', ['conv', 'relu']),
    ];
    expect(blocksOf(network(shared))).toHaveLength(3);
  });
});

describe('the layout', () => {
  it('puts every layer below what it reads, and none over another', async () => {
    await expectReadable(residual);
  });

  it('keeps a way that ends beside the others out of what comes after', async () => {
    const layers = [
      layer('a', 'Conv2D', []),
      ...['one', 'two', 'three', 'four'].map((name, index, all) =>
        layer(name, 'Dense', [index === 0 ? 'a' : (all[index - 1] ?? '')]),
      ),
      layer('b', 'Conv2D', ['a']),
      layer('c', 'Conv2D', ['b']),
      layer('d', 'Conv2D', ['c', 'b']),
    ];
    await expectReadable(layers);
  });

  it('of several inputs and outputs', async () => {
    const layers = [
      layer('first', 'InputLayer', []),
      layer('second', 'InputLayer', []),
      layer('join', 'Concatenate', ['first', 'second']),
      layer('left', 'Dense', ['join']),
      layer('right', 'Dense', ['join']),
    ];
    await expectReadable(layers);
    const { blocks } = await layoutOf(network(layers));
    expect(blocks[0]?.y).toBe(blocks[1]?.y);
    expect(blocks[3]?.y).toBe(blocks[4]?.y);
  });

  it('of a network thousands of layers deep', async () => {
    const deep = Array.from({ length: 6000 }, (_, index) =>
      layer(`layer ${index}`, 'Conv2D', index === 0 ? [] : [`layer ${index - 1}`]),
    );
    const { blocks, edges } = await layoutOf(network(deep));
    expect(blocks).toHaveLength(6000);
    expect(edges).toHaveLength(5999);
    blocks.slice(1).forEach((block, index) => {
      expect(block.y).toBeGreaterThan(blocks[index]?.y ?? Infinity);
    });
  });

  it('of layers that are used twice, in a circle', async () => {
    const layers = [
      layer('image', 'InputLayer', []),
      layer('shared', 'Conv2D', ['image', 'between', 'shared']),
      layer('between', 'Conv2D', ['shared']),
      layer('end', 'Dense', ['shared']),
    ];
    const { blocks, edges } = await layoutOf(network(layers));
    expect(blocks).toHaveLength(4);
    expect(edges.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
      'between shared',
      'image shared',
      'shared between',
      'shared end',
    ]);
    blocks.forEach((one, index) => {
      for (const other of blocks.slice(index + 1)) expect(overlap(one, other)).toBe(false);
    });
  });

  it('says of what is too entangled to be drawn that it is', async () => {
    const inputs = Array.from({ length: 1500 }, (_, index) => layer(`branch ${index}`, 'Conv2D', ['start']));
    const layers = [
      layer('start', 'InputLayer', []),
      ...inputs,
      layer(
        'end',
        'Add',
        inputs.map(({ name }) => name),
      ),
    ];
    await expect(layoutOf(network(layers))).rejects.toThrow(TooEntangled);
    await expect(layoutOf(network(layers))).rejects.toThrow(/1,502 of its layers/);
  });

  it('is empty of nothing', async () => {
    expect(await layoutOf(network([]))).toMatchObject({ blocks: [], edges: [], width: 0, height: 0 });
  });
});

describe('the parts of a graph', () => {
  it('meet where all ways pass through one node', () => {
    const edge = (text: string) => ({ from: text[0] ?? '', to: text[1] ?? '' });
    const edges = ['ab', 'ac', 'bd', 'cd', 'de', 'ef', 'df'].map(edge);
    const parts = segmentsOf(['f', 'e', 'd', 'c', 'b', 'a'], edges);
    expect(parts.map(({ nodes }) => [nodes[0], nodes.at(-1), nodes.length])).toEqual([
      ['a', 'd', 4],
      ['d', 'f', 3],
    ]);
    expect(parts.map((part) => part.edges.length)).toEqual([4, 3]);
  });
});

describe('walking', () => {
  it('follows the edges, and goes from one way to the other beside it', async () => {
    const made = network(residual);
    const middles = middlesOf(await layoutOf(made));
    const go = (from: string, direction: 'up' | 'down' | 'left' | 'right') =>
      step(from, direction, made, middles);
    expect(go('picture', 'down')).toBe('stem');
    expect(go('conv', 'down')).toBe('norm');
    expect(go('norm', 'down')).toBe('relu');
    expect(go('relu', 'down')).toBe('add');
    expect(go('norm', 'up')).toBe('conv');
    expect(['conv', 'add']).toContain(go('stem', 'down'));
    const heads = ['left', 'right'].sort(
      (one, other) => (middles.get(one)?.x ?? 0) - (middles.get(other)?.x ?? 0),
    );
    expect(go(heads[0] ?? '', 'right')).toBe(heads[1]);
    expect(go(heads[1] ?? '', 'left')).toBe(heads[0]);
    expect(go(heads[0] ?? '', 'left')).toBeNull();
    expect(go('picture', 'up')).toBeNull();
    expect(go('left', 'down')).toBeNull();
  });
});
