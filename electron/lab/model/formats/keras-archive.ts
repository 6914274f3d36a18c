import { unzipSync, type Unzipped } from 'fflate';
import { z } from 'zod';
import { Refusal } from '#shared/errors';
import { buildKerasModel } from '../keras-config/build';
import { generationOf } from '../keras-config/keras-model';
import { parseKerasModel } from '../keras-config/parse';
import { describeLayersModel } from './describe';
import { largestModelFile, megabytes } from './files';
import { PathWeights } from './hdf5/path-weights';
import { readHdf5 } from './hdf5/read';
import { checkJson, largestJson, parseJson } from './json';
import { statedUse, statedUseKey } from './stated-use';
import type { FormatReader } from './reader';

const zipSignature = [0x50, 0x4b, 0x03, 0x04];
const largestMember: Readonly<Record<string, number>> = {
  'config.json': largestJson,
  'metadata.json': 1024 * 1024,
  'model.weights.h5': largestModelFile,
};
/** Deflate packs at most 1,032 bytes into one (RFC 1951); what claims more is malice. */
const largestRatio = 1032;

const metadata = z.looseObject({ keras_version: z.string().max(64) });

/** Keras 3's `.keras` archives. Nothing of them is unpacked to the disk. */
export const kerasArchive: FormatReader = {
  name: 'Keras archive (.keras)',

  async recognise(files) {
    if (files.main === null) return false;
    const head = await files.head(files.main, zipSignature.length);
    return zipSignature.every((byte, index) => head[index] === byte);
  },

  async open(files) {
    const members = unpacked(await files.read(files.main as string), files.name);
    const member = (name: string): Uint8Array => {
      const bytes = Object.hasOwn(members, name) ? members[name] : undefined;
      if (bytes !== undefined) return bytes;
      throw new Refusal(`${files.name} is a ZIP archive without ${name}, so it is no Keras model.`);
    };
    const model = parseKerasModel(parseJson(member('config.json'), `${files.name}: config.json`), files.name);
    const stated = parseJson(member('metadata.json'), `${files.name}: metadata.json`);
    const { keras_version: version, [statedUseKey]: use } = checkJson(
      metadata,
      stated,
      `${files.name}: metadata.json`,
    );
    const contents = await readHdf5(member('model.weights.h5'), `${files.name}: model.weights.h5`);
    const generation = generationOf(version, 3);
    const weights = new PathWeights(contents);
    const network = buildKerasModel(model, { owner: files.name, generation, weights });
    return describeLayersModel(files, {
      format: 'Keras archive',
      producer: 'Keras',
      version,
      network,
      notes: [],
      stated: statedUse(use),
    });
  },
};

function unpacked(bytes: Uint8Array, owner: string): Unzipped {
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (!Object.hasOwn(largestMember, name)) return false;
        const limit = Math.min(largestMember[name] as number, size * largestRatio + 64);
        if (originalSize <= limit) return true;
        throw new Refusal(
          `${owner}: ${name} claims to unpack to ${megabytes(originalSize)}, more than the ${megabytes(limit)} it may.`,
        );
      },
    });
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(`${owner}: the ZIP archive is damaged or cut off.`, { cause });
  }
}
