import type { ModelDraft, ModelSummary } from '#shared/api';
import { describeDraft } from '#shared/draft';
import type { ImageShape } from '#shared/images';
import type { DataSpec, ModelSpec, RecipeModel } from '#shared/spec';
import { describeImageFolder } from '../data/images/open-image-folder';
import { openData } from '../data/open';
import { summarize } from '../model/summary';
import { newNetwork } from './network';

interface ImageFormat {
  readonly shape: ImageShape;
  readonly classes: number;
}

const mnistFormat: ImageFormat = { shape: [28, 28, 1], classes: 10 };

/** Describes a model that is being edited, without making it. */
export async function summarizeDraft(spec: ModelSpec, data: DataSpec): Promise<ModelDraft> {
  const { shape, classes } = await formatOf(data);
  return describeDraft(spec, { inputShape: shape, classes });
}

/** What a network would be on these images, without opening them where their format is known. */
export async function summarizeSpec(spec: RecipeModel, data: DataSpec): Promise<ModelSummary> {
  const { shape, classes } = await formatOf(data);
  const model = newNetwork(spec, { inputShape: shape, classes, seed: 0 });
  try {
    return summarize(model);
  } finally {
    model.dispose();
  }
}

async function formatOf(data: DataSpec): Promise<ImageFormat> {
  switch (data.source) {
    case 'digits':
    case 'mnist':
    case 'fashion-mnist':
      return mnistFormat;
    case 'cifar10':
      return { shape: [32, 32, 3], classes: 10 };
    case 'cifar100':
      return { shape: [32, 32, 3], classes: 100 };
    case 'images': {
      const { shape, classes } = await describeImageFolder(data);
      return { shape, classes: classes.length };
    }
    case 'none':
    case 'idx': {
      const watch = { report: () => undefined, signal: new AbortController().signal };
      const { shape, classes } = await openData(data.source === 'none' ? data : { ...data, limit: 1 }, watch);
      return { shape, classes: classes.length };
    }
  }
}
