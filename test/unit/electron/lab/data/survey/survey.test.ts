import { describe, expect, it } from 'vitest';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import { browseData } from '../../../../../../electron/lab/data/survey/browse';
import type { SurveyedData } from '../../../../../../electron/lab/data/survey/splits';
import { surveyData } from '../../../../../../electron/lab/data/survey/survey';
import { describeDoubt, doubtPolarity } from '../../../../../../electron/lab/training/polarity';
import { randomStream } from '../../../../../../electron/lab/data/digits/random';

const shape: ImageShape = [16, 16, 1];
const signal = new AbortController().signal;

/** A picture of soft blobs: no two seeds look alike. */
function picture(seed: number, border = 0): Uint8Array {
  const random = randomStream(seed);
  const blobs = Array.from({ length: 5 }, () => [
    random.between(3, 13),
    random.between(3, 13),
    random.between(1, 3),
  ]);
  return Uint8Array.from({ length: 256 }, (_, at) => {
    const [y, x] = [Math.floor(at / 16), at % 16];
    if (y === 0 || x === 0 || y === 15 || x === 15) return border;
    const light = blobs.reduce((sum, [a, b, width]) => {
      const distance = (y - (a as number)) ** 2 + (x - (b as number)) ** 2;
      return sum + Math.exp(-distance / (2 * (width as number) ** 2));
    }, 0);
    return Math.min(255, Math.round(160 * light));
  });
}

function setOf(
  pictures: readonly Uint8Array[],
  labels: readonly number[] = pictures.map((_, at) => at % 2),
): ImageSet {
  return {
    count: pictures.length,
    shape,
    pixels: Uint8Array.from(pictures.flatMap((one) => [...one])),
    labels: Int32Array.from(labels),
  };
}

function dataOf(training: ImageSet, test: ImageSet): SurveyedData {
  return {
    name: 'blobs',
    classes: ['even', 'odd'],
    training,
    validation: null,
    test,
    skipped: [],
    notes: [],
  };
}

const pictures = (from: number, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, at) => picture(from + at));
const about = (survey: Awaited<ReturnType<typeof surveyData>>): readonly string[] =>
  survey.warnings.map((one) => one.about);

describe('surveyData', () => {
  it('counts each class of each split, and finds nothing where nothing is', async () => {
    const survey = await surveyData(dataOf(setOf(pictures(1, 40)), setOf(pictures(100, 10))), signal);
    expect([...survey.splits.training.classes]).toEqual([20, 20]);
    expect([...survey.splits.test.classes]).toEqual([5, 5]);
    expect(survey.splits.validation.images).toBe(0);
    expect(survey.duplicates).toMatchObject({ exactGroups: 0, nearGroups: 0, leaked: 0, complete: true });
    expect(survey.warnings).toEqual([]);
  });

  it('finds equal images across splits and under different labels', async () => {
    const training = setOf([...pictures(1, 20), picture(5)]);
    const test = setOf([...pictures(100, 5), picture(3)], [0, 1, 0, 1, 0, 1]);
    const survey = await surveyData(dataOf(training, test), signal);
    expect(survey.duplicates).toMatchObject({ exactGroups: 2, nearGroups: 0, leaked: 1 });
    const [leak] = survey.duplicates.groups;
    expect(leak).toMatchObject({ kind: 'exact', leaks: true, disagrees: true, size: 2 });
    expect(leak?.members.map(({ split, index }) => [split, index])).toEqual([
      ['training', 2],
      ['test', 5],
    ]);
    expect(about(survey)).toEqual(['leak', 'labels']);
  });

  it('finds images that noise, brightness or compression changed a little', async () => {
    const random = randomStream(9);
    const noisy = picture(3).map((value) =>
      Math.max(0, Math.min(255, Math.round(value + 3 * random.gaussian()))),
    );
    const brighter = picture(4).map((value) => Math.min(255, value + 4));
    const survey = await surveyData(
      dataOf(setOf(pictures(1, 60)), setOf([noisy, brighter, ...pictures(100, 4)])),
      signal,
    );
    expect(survey.duplicates).toMatchObject({ exactGroups: 0, nearGroups: 2, leaked: 2 });
    expect(survey.duplicates.groups.map(({ members }) => members[0]?.index).sort()).toEqual([2, 3]);
  });

  it('warns of light and dark exchanged between splits', async () => {
    const inverted = pictures(100, 6).map((one) => one.map((value) => 255 - value));
    const survey = await surveyData(dataOf(setOf(pictures(1, 20)), setOf(inverted)), signal);
    expect(about(survey)).toContain('polarity');
    expect(survey.warnings[0]?.text).toContain('The borders of the test images are light');
  });

  it('warns of values of 0 to 1, of empty images and of very unequal classes', async () => {
    const faint = pictures(1, 12).map((one) => one.map((value) => Math.round(value / 255)));
    const labels = [1, ...new Array<number>(11).fill(0)];
    const survey = await surveyData(dataOf(setOf(faint, labels), setOf([new Uint8Array(256)], [0])), signal);
    expect(about(survey)).toEqual(['range', 'constant', 'balance']);
    expect(survey.warnings[0]?.text).toContain('from 0 to 1');
  });

  it('ends when other images are on the bench', async () => {
    const controller = new AbortController();
    controller.abort(new Error('replaced'));
    const many = setOf(Array.from({ length: 30_000 }, () => new Uint8Array(256)));
    await expect(surveyData(dataOf(many, setOf(pictures(1, 2))), controller.signal)).rejects.toThrow(
      'replaced',
    );
  });
});

describe('browseData', () => {
  const data = dataOf(setOf(pictures(1, 30)), setOf(pictures(100, 10)));

  it('pages through a class', () => {
    const page = browseData(data, { by: 'class', split: 'training', label: 1, from: 10, count: 4 });
    expect(page.total).toBe(15);
    expect([...page.indices]).toEqual([21, 23, 25, 27]);
    expect([...page.labels]).toEqual([1, 1, 1, 1]);
    expect(page.pixels.subarray(0, 256)).toEqual(picture(22));
  });

  it('fetches single images, and refuses those that are not there', () => {
    const found = browseData(data, { by: 'index', split: 'test', indices: [9, 0] });
    expect(found.pixels.subarray(0, 256)).toEqual(picture(109));
    expect(() => browseData(data, { by: 'index', split: 'test', indices: [10] })).toThrow(
      'There is no test image 10: there are 10, counted from 0.',
    );
  });

  it('makes thumbnails of large images', () => {
    const large: ImageShape = [250, 200, 3];
    const pixels = new Uint8Array(imageSize(large)).map((_, at) => (at % 3) * 40);
    const set = { count: 1, shape: large, pixels, labels: Int32Array.of(0) };
    const { shape: small, pixels: thumbnail } = browseData(dataOf(set, set), {
      by: 'index',
      split: 'test',
      indices: [0],
    });
    expect(small).toEqual([84, 67, 3]);
    expect([...thumbnail.subarray(-3)]).toEqual([0, 40, 80]);
  });
});

describe('doubtPolarity', () => {
  const light = setOf(pictures(1, 20).map((one) => one.map((value) => 255 - value)));
  /** Reads only images that are dark. */
  const accuracyOf = async ({ pixels }: ImageSet): Promise<number> =>
    pixels.reduce((sum, value) => sum + value, 0) / pixels.length < 128 ? 0.9 : 0.2;

  it('says how much better a network reads with light and dark exchanged', async () => {
    const doubt = await doubtPolarity(light, accuracyOf);
    expect(doubt).toEqual({ images: 20, asTheyAre: 0.2, inverted: 0.9 });
    expect(doubt && describeDoubt(doubt)).toContain('reads 20 % right as they are, and 90 %');
    expect(await doubtPolarity(setOf(pictures(1, 20)), accuracyOf)).toBeNull();
  });
});
