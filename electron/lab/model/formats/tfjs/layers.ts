import { z } from 'zod';
import { buildKerasModel } from '../../keras-config/build';
import { generationOf } from '../../keras-config/keras-model';
import { parseKerasModel } from '../../keras-config/parse';
import { describeLayersModel } from '../describe';
import { checkJson } from '../json';
import type { FormatReader } from '../reader';
import { statedUse } from '../stated-use';
import { readManifest } from './manifest';
import { modelKindOf, readModelJson, type ModelJson } from './model-json';
import { NamedWeights } from './named-weights';

const topology = z.looseObject({
  keras_version: z.string().max(64).optional(),
  model_config: z.unknown().optional(),
});

/** Layers models of TensorFlow.js, its own and those converted from Keras. */
export const tfjsLayers: FormatReader = {
  name: 'TensorFlow.js layers model',

  async recognise(files) {
    return (await modelKindOf(files)) === 'layers';
  },

  async open(files) {
    const json = await readModelJson(files);
    const { keras_version: keras, model_config: config } = checkJson(
      topology,
      json.modelTopology,
      `${files.name}: modelTopology`,
    );
    const model = parseKerasModel(config ?? json.modelTopology, files.name);
    const weights = new NamedWeights(await readManifest(files, json.weightsManifest));
    // TensorFlow.js itself, whose version stands there too, writes as Keras 2 does.
    const generation = generationOf(keras?.startsWith('tfjs') === true ? '2' : (keras ?? null), 2);
    const network = buildKerasModel(model, { owner: files.name, generation, weights });
    return describeLayersModel(files, {
      format: 'TensorFlow.js layers model',
      ...producerOf(json, keras ?? null),
      network,
      notes: [],
      stated: statedUse(json.userDefinedMetadata),
    });
  },
};

function producerOf(
  { generatedBy, convertedBy }: ModelJson,
  keras: string | null,
): { readonly producer: string | null; readonly version: string | null } {
  const producer =
    convertedBy ?? generatedBy ?? (keras?.startsWith('tfjs') === true ? 'TensorFlow.js' : 'Keras');
  return { producer, version: keras };
}
