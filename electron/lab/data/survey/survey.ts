import type { DataSurvey, SplitName, SplitSurvey } from '#shared/data-survey';
import type { ImageSet } from '#shared/images';
import { borderOf, meanAt, statisticsOf } from './describe-images';
import { findDuplicates } from './duplicates';
import { Pace } from './pace';
import { imageAt, type SurveyedData } from './splits';
import { warningsOf, type PixelFacts } from './warnings';

/** Looks through all images of a bench, in slices. Ends with the signal's reason when aborted. */
export async function surveyData(data: SurveyedData, signal: AbortSignal): Promise<DataSurvey> {
  const pace = new Pace(signal);
  const facts = { lowest: 255, highest: 0, constant: 0 };
  const splits: Record<SplitName, SplitSurvey> = {
    training: await surveySplit(data.training, data.classes.length, facts, pace),
    validation: await surveySplit(data.validation, data.classes.length, facts, pace),
    test: await surveySplit(data.test, data.classes.length, facts, pace),
  };
  const { name, classes, skipped } = data;
  const found = {
    name,
    classes,
    shape: data.test.shape,
    splits,
    skipped,
    duplicates: await findDuplicates(data, pace),
  };
  return { ...found, warnings: warningsOf(found, facts, data.notes) };
}

async function surveySplit(
  images: ImageSet | null,
  classes: number,
  facts: { -readonly [Fact in keyof PixelFacts]: PixelFacts[Fact] },
  pace: Pace,
): Promise<SplitSurvey> {
  const counts = new Int32Array(classes);
  if (images === null || images.count === 0) {
    return { images: 0, classes: counts, brightness: NaN, borderBrightness: NaN };
  }
  const border = borderOf(images.shape);
  let [brightness, borderBrightness] = [0, 0];
  for (let index = 0; index < images.count; index++) {
    if (pace.due) await pace.rest();
    const pixels = imageAt(images, index);
    const label = images.labels[index] as number;
    counts[label] = (counts[label] as number) + 1;
    const { mean, lowest, highest } = statisticsOf(pixels);
    brightness += mean;
    borderBrightness += meanAt(pixels, border);
    facts.lowest = Math.min(facts.lowest, lowest);
    facts.highest = Math.max(facts.highest, highest);
    if (lowest === highest) facts.constant++;
  }
  return {
    images: images.count,
    classes: counts,
    brightness: brightness / images.count,
    borderBrightness: borderBrightness / images.count,
  };
}
