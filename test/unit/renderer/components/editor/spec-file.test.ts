import { describe, expect, it } from 'vitest';
import { readSpec, specText } from '../../../../../renderer/components/editor/spec-file';
import { sidesEntry, sidesText, unitsEntry } from '../../../../../renderer/components/editor/sides-entry';
import { fakeDescription } from '../../../../../renderer/lab/fake-description';

const file = (content: string): File => new File([content], 'net.json', { type: 'application/json' });

describe('a spec file', () => {
  it.each(fakeDescription.presets.map(({ spec }) => [spec.name, spec] as const))(
    'of %s reads back as it was written',
    async (_, spec) => {
      expect(await readSpec(file(specText(spec)))).toEqual(spec);
    },
  );

  it.each([
    ['{', 'net.json is no JSON; export a model to see how one is written.'],
    ['{"name":"net","layers":[]}', /^net\.json is no model spec: layers: /],
    [
      '{"name":"net","layers":[{"kind":"conv2d","filters":0,"kernelSize":3}]}',
      /^net\.json is no model spec: layers\.0\.filters: /,
    ],
    ['{"name":"net","layers":[{"kind":"conv9d"}]}', /^net\.json is no model spec: layers\.0\.kind: /],
  ])('with %s is refused in a sentence', async (content, sentence) => {
    await expect(readSpec(file(content))).rejects.toThrow(sentence);
  });
});

describe('the sides of a window', () => {
  it.each([
    ['3', 3],
    ['3 x 5', [3, 5]],
    ['3×5', [3, 5]],
    ['3, 5', [3, 5]],
    ['', undefined],
  ])('are typed as %j', (text, entry) => {
    expect(sidesEntry(text)).toEqual(entry);
    expect(sidesEntry(sidesText(entry))).toEqual(entry);
  });

  it('stay text where they are none', () => {
    expect(sidesEntry('3 by 3')).toBe('3 by 3');
    expect(sidesEntry('3x')).toBe('3x');
    expect(sidesEntry('1x2x3')).toBe('1x2x3');
  });
});

describe('units', () => {
  it('are a number or the word classes', () => {
    expect(['64', 'classes', ''].map(unitsEntry)).toEqual([64, 'classes', null]);
  });
});
