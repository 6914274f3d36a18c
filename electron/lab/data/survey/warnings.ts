import type { DataSurvey, DataWarning, Duplicates, SplitName, SplitSurvey } from '#shared/data-survey';

/** What is found in the pixels of all splits together. */
export interface PixelFacts {
  readonly lowest: number;
  readonly highest: number;
  /** Images of one colour. */
  readonly constant: number;
}

/** Above and below, borders are light or dark. */
const middleBrightness = 127.5;
/** Borders that differ by less, in grey levels, may be of the same paper. */
const borderDifference = 96;
/** Borders of paper are lighter, in grey levels. */
const lightPaper = 200;
/** Images that use a smaller part of 0 to 255 were most likely saved in another range. */
const leastRange = 64;
/** The largest class may hold so many times as many images as the smallest. */
const mostImbalance = 5;

type Surveyed = Pick<DataSurvey, 'classes' | 'shape' | 'splits' | 'duplicates' | 'skipped'>;

/** What a person should know before training on images or believing a score on them. */
export function warningsOf(
  survey: Surveyed,
  facts: PixelFacts,
  notes: readonly string[],
): readonly DataWarning[] {
  const { classes, splits, duplicates, skipped } = survey;
  return [
    ...leak(duplicates),
    ...labels(duplicates),
    ...polarity(splits),
    ...paper(survey),
    ...range(facts),
    ...constant(facts),
    ...balance(splits.training, classes),
    ...notes.map((text): DataWarning => ({ about: 'source', title: 'Classes', text })),
    ...(skipped.length === 0 ? [] : [leftOut(skipped.length)]),
  ];
}

function leak({ leaked }: Duplicates): readonly DataWarning[] {
  if (leaked === 0) return [];
  const title = 'Test images that were trained on';
  const which =
    leaked === 1
      ? '1 test or validation image stands among the training images too'
      : `${count(leaked)} test and validation images stand among the training images too`;
  return [
    {
      about: 'leak',
      title,
      text: `${which}, the same or nearly the same. A score on them flatters the network: take them out of one side.`,
    },
  ];
}

function labels({ groups }: Duplicates): readonly DataWarning[] {
  const disagreeing = groups.filter(({ disagrees }) => disagrees).length;
  if (disagreeing === 0) return [];
  const what =
    disagreeing === 1 ? '1 group of like images is' : `${count(disagreeing)} groups of like images are`;
  return [
    {
      about: 'labels',
      title: 'Like images of different classes',
      text: `${what} in more than one class. At least one label of each is wrong, or the classes cannot be told apart there.`,
    },
  ];
}

function polarity(splits: Readonly<Record<SplitName, SplitSurvey>>): readonly DataWarning[] {
  const { training, validation, test } = splits;
  return (
    [
      ['test', test],
      ['validation', validation],
    ] as const
  ).flatMap(([name, split]): readonly DataWarning[] => {
    const [trained, other] = [training.borderBrightness, split.borderBrightness];
    if (!(Math.abs(trained - other) > borderDifference)) return [];
    if (trained > middleBrightness === other > middleBrightness) return [];
    const [light, dark] = trained > other ? ['training', name] : [name, 'training'];
    return [
      {
        about: 'polarity',
        title: 'Light and dark are exchanged',
        text: `The borders of the ${light} images are light and those of the ${dark} images dark. A network that learned one reads the other wrongly: invert one of them.`,
      },
    ];
  });
}

/** What is grey with light borders is most often ink on paper; what MNIST taught expects the contrary. */
function paper({ shape, splits }: Surveyed): readonly DataWarning[] {
  if (shape[2] !== 1 || !(splits.training.borderBrightness > lightPaper)) return [];
  return [
    {
      about: 'polarity',
      title: 'Dark on light',
      text: 'The borders of these grey images are light. The drawing pad, MNIST and networks that learned it have light on dark: invert the images to show them to such networks or to draw for this one.',
    },
  ];
}

function range({ lowest, highest }: PixelFacts): readonly DataWarning[] {
  if (highest - lowest >= leastRange || highest === lowest) return [];
  const why =
    highest <= 1
      ? 'They were most likely saved from values of 0 to 1: multiply them by 255 before saving.'
      : 'A network sees them as hardly any contrast: stretch them to 0 to 255 before saving.';
  return [
    {
      about: 'range',
      title: 'A narrow range of values',
      text: `All pixels lie from ${lowest} to ${highest}, of the 0 to 255 that are scaled to [0, 1]. ${why}`,
    },
  ];
}

function constant({ constant: images }: PixelFacts): readonly DataWarning[] {
  if (images === 0) return [];
  const which = images === 1 ? '1 image is' : `${count(images)} images are`;
  return [
    {
      about: 'constant',
      title: 'Empty images',
      text: `${which} of one colour all over: there is nothing to learn from them.`,
    },
  ];
}

function balance({ classes: counts }: SplitSurvey, names: readonly string[]): readonly DataWarning[] {
  const present = [...counts].map((images, label) => ({ images, label })).filter(({ images }) => images > 0);
  const sorted = present.sort((a, b) => a.images - b.images);
  const [fewest, most] = [sorted[0], sorted.at(-1)];
  if (fewest === undefined || most === undefined || most.images < mostImbalance * fewest.images) return [];
  return [
    {
      about: 'balance',
      title: 'Classes of very different size',
      text: `${names[most.label]} has ${count(most.images)} training images and ${names[fewest.label]} ${count(fewest.images)}. A network that always says ${names[most.label]} already scores well: look at each class's recall, or weigh the classes.`,
    },
  ];
}

function leftOut(files: number): DataWarning {
  const which = files === 1 ? '1 file was' : `${count(files)} files were`;
  return {
    about: 'source',
    title: 'Files that were left out',
    text: `${which} left out; they are listed below.`,
  };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
