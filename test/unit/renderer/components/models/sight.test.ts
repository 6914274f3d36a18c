import { describe, expect, it } from 'vitest';
import { Camera } from '../../../../../renderer/components/models/graph/camera';
import { layoutOf } from '../../../../../renderer/components/models/graph/layout';
import { networkOf } from '../../../../../renderer/components/models/graph/network';
import {
  blocksIn,
  edgesIn,
  farScale,
  mostDrawnWhole,
  outlinesOf,
  sightAfter,
} from '../../../../../renderer/components/models/graph/sight';
import { card, layer } from './cards';

const deep = await layoutOf(
  networkOf(
    card(
      Array.from({ length: 1000 }, (_, index) =>
        layer(`layer ${index}`, 'Conv2D', index === 0 ? [] : [`layer ${index - 1}`]),
      ),
    ),
  ),
);

function camera(y: number, scale: number): Camera {
  const made = new Camera();
  made.resize(800, 600);
  Object.assign(made, { x: 0, y, scale });
  return made;
}

describe('what is drawn of a network', () => {
  it('is all of one of usual size', () => {
    expect(sightAfter('far', mostDrawnWhole, camera(0, 1), 600)).toBe('all');
    expect(blocksIn(deep, 'all', undefined)).toBe(deep.blocks);
    expect(edgesIn(deep, 'all')).toBe(deep.edges);
  });

  it('is what a person sees of a large one, wherever they look', () => {
    for (const y of [0, -20_000, -60_000]) {
      const sight = sightAfter('far', 1000, camera(y, 1), 600);
      const drawn = new Set(blocksIn(deep, sight, undefined));
      expect(drawn.size).toBeLessThan(60);
      const seen = deep.blocks.filter((block) => block.y + block.height > -y && block.y < 600 - y);
      expect(seen.length).toBeGreaterThan(0);
      for (const block of seen) expect(drawn).toContain(block);
      expect(edgesIn(deep, sight).length).toBeGreaterThan(0);
    }
  });

  it('stays while one moves within it, and is made anew beyond', () => {
    const first = sightAfter('far', 1000, camera(-10_000, 1), 600);
    expect(sightAfter(first, 1000, camera(-10_300, 1), 600)).toBe(first);
    expect(sightAfter(first, 1000, camera(-12_000, 1), 600)).not.toEqual(first);
  });

  it('is outlines from afar, and the layer that is looked at', () => {
    const sight = sightAfter('all', 1000, camera(0, farScale / 2), 600);
    expect(sight).toBe('far');
    expect(blocksIn(deep, sight, 'layer 900').map(({ name }) => name)).toEqual(['layer 900']);
    expect(outlinesOf(deep).boxes.split('z')).toHaveLength(1001);
  });
});

describe('the camera', () => {
  it('keeps what is under the pointer there while it zooms', () => {
    const made = camera(0, 1);
    const at = () => (100 - made.x) / made.scale;
    const before = at();
    made.zoom(1.7, 100, 50);
    expect(made.scale).toBeCloseTo(1.7);
    expect(at()).toBeCloseTo(before);
  });

  it('begins with the whole where it can be read, else with its beginning', () => {
    const made = camera(0, 1);
    made.begin({ left: -100, top: 0, width: 200, height: 400 });
    expect(made).toMatchObject({ scale: 1, x: 400, y: 100 });
    made.begin({ left: -100, top: 0, width: 200, height: 9000 });
    expect(made.scale).toBe(1);
    expect(made.y).toBeGreaterThan(0);
    made.fit({ left: -100, top: 0, width: 200, height: 9000 });
    expect(9000 * made.scale).toBeLessThanOrEqual(600);
  });

  it('moves only for what is out of sight', () => {
    const made = camera(0, 1);
    made.reveal({ left: 100, top: 100, width: 200, height: 40 });
    expect(made).toMatchObject({ x: 0, y: 0 });
    made.reveal({ left: 100, top: 900, width: 200, height: 40 });
    expect(900 + made.y + 40).toBeLessThanOrEqual(600);
    made.reveal({ left: 100, top: 0, width: 200, height: 40 });
    expect(made.y).toBeGreaterThanOrEqual(0);
  });
});
