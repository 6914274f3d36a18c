import type { ModelDraft, ModelSummary } from '#shared/summary';
import { describeDraft } from '#shared/draft';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import {
  isOpened,
  type DataSpec,
  type ModelSpec,
  type OpenedModelSpec,
  type RecipeModel,
} from '#shared/spec';
import { describeIdxFolder } from '../data/idx-folder';
import { describeImageFolder } from '../data/images/open-image-folder';
import { noImages } from '../data/open';
import { buildModel } from '../model/build';
import { summarize } from '../model/summary';
import { openedNetwork } from './models/opened-network';

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
  if (isOpened(spec)) return summarizeOpenedSpec(spec, data);
  const { shape, classes } = await formatOf(data);
  const model = buildModel(spec, { inputShape: shape, classes, seed: 0 });
  try {
    return summarize(model);
  } finally {
    model.dispose();
  }
}

async function summarizeOpenedSpec(spec: OpenedModelSpec, data: DataSpec): Promise<ModelSummary> {
  const opened = await openedNetwork(spec, data.source === 'none' ? null : await formatOf(data), 0);
  try {
    return opened.kind === 'graph' ? opened.probe.summary : summarize(opened.model);
  } finally {
    if (opened.kind === 'graph') opened.probe.dispose();
    else opened.model.dispose();
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
    case 'idx':
      return describeIdxFolder(data.folder);
    case 'none':
      throw new Refusal(noImages);
  }
}
