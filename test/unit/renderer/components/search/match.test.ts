import { describe, expect, it } from 'vitest';
import { matching, type Finding } from '../../../../../renderer/components/search/match';

const finding = (kind: Finding['kind'], title: string, note = ''): Finding => ({
  kind,
  title,
  note,
  go: () => undefined,
});
const findings = [
  finding('View', 'Models', 'key 7'),
  finding('Layer', 'conv2d', 'Conv2D, 26 × 26 × 32, 320 parameters'),
  finding('Layer', 'conv2d_1', 'Conv2D, 11 × 11 × 64, 18,496 parameters'),
  finding('Layer', 'max_pooling2d', 'MaxPooling2D, 13 × 13 × 32'),
  finding('Run', 'run 12', 'mnist seed, 98.99 %'),
];
const titles = (query: string) => matching(findings, query).map(({ title }) => title);

describe('search', () => {
  it('finds everything, in its order, before anything is asked', () => {
    expect(titles('  ')).toEqual(findings.map(({ title }) => title));
  });

  it.each([
    { query: 'conv2d', found: ['conv2d', 'conv2d_1'] },
    { query: 'CONV 64', found: ['conv2d_1'] },
    { query: 'mnist run', found: ['run 12'] },
    { query: 'layer 32', found: ['conv2d', 'max_pooling2d'] },
    { query: 'pool', found: ['max_pooling2d'] },
    { query: 'elephant', found: [] },
  ])('for $query finds $found', ({ query, found }) => {
    expect(titles(query)).toEqual(found);
  });

  it('puts what is called so before what only holds the letters', () => {
    const layers = [finding('Layer', 'reduced'), finding('Layer', 'my_dense'), finding('Layer', 'dense')];
    expect(matching(layers, 'd').map(({ title }) => title)).toEqual(['dense', 'my_dense', 'reduced']);
  });

  it('shows so many that one can look through them', () => {
    const many = Array.from({ length: 500 }, (_, index) => finding('Layer', `conv${index}`));
    expect(matching(many, 'conv')).toHaveLength(50);
  });
});
