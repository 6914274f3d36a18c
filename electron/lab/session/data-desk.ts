import type { BrowsedImages, BrowseRequest, DataApi, DataSurvey, DataWarning } from '#shared/data-survey';
import { Refusal } from '#shared/errors';
import type { ImageSet } from '#shared/images';
import { isOpened } from '#shared/spec';
import { browseData } from '../data/survey/browse';
import type { SurveyedData } from '../data/survey/splits';
import { surveyData } from '../data/survey/survey';
import { describeDoubt, doubtPolarity } from '../training/polarity';
import type { Bench } from './bench';

/**
 * Answers what the images on the bench are, for all windows. They are looked through once, in slices, while training
 * goes on.
 * @param bench throws a `Refusal` where there is none
 */
export function dataDesk(bench: () => Bench): DataApi {
  const desk = new DataDesk(bench);
  return { surveyData: () => desk.surveyData(), browse: (request) => desk.browse(request) };
}

interface Look {
  readonly data: SurveyedData;
  readonly survey: Promise<DataSurvey>;
  readonly stopping: AbortController;
}

class DataDesk implements DataApi {
  readonly #bench: () => Bench;
  #look: Look | null = null;

  constructor(bench: () => Bench) {
    this.#bench = bench;
  }

  async surveyData(): Promise<DataSurvey> {
    const { bench, data } = this.#require();
    const survey = await this.#survey(data);
    // The same images may stand before another network now.
    const doubt = await polarityWarning(bench);
    return doubt === null ? survey : { ...survey, warnings: [doubt, ...survey.warnings] };
  }

  async browse(request: BrowseRequest): Promise<BrowsedImages> {
    return browseData(this.#require().data, request);
  }

  async #survey(data: SurveyedData): Promise<DataSurvey> {
    const look = this.#lookAt(data);
    try {
      return await look.survey;
    } catch (thrown) {
      if (this.#look === look) this.#look = null;
      throw thrown;
    }
  }

  #lookAt(data: SurveyedData): Look {
    const former = this.#look;
    // Another network on the same data has the same arrays.
    if (former?.data.test === data.test && former.data.training.count === data.training.count) return former;
    former?.stopping.abort(new Refusal('Other images are on the bench now.'));
    const stopping = new AbortController();
    this.#look = { data, survey: surveyData(data, stopping.signal), stopping };
    return this.#look;
  }

  #require(): { readonly bench: Bench; readonly data: SurveyedData } {
    const bench = this.#bench();
    if (bench.data === undefined) {
      throw new Refusal('There are no images on the bench: choose data and wait for its network.');
    }
    return { bench, data: bench.data };
  }
}

/** Networks that others trained may have learned the other polarity; those trained here learned these very images. */
async function polarityWarning({ recipe, probed, test, unscorable }: Bench): Promise<DataWarning | null> {
  if (!isOpened(recipe.model) || unscorable !== null) return null;
  const doubt = await doubtPolarity(test, async (images) => accuracyOf(await probed.predict(images), images));
  if (doubt === null) return null;
  return {
    about: 'polarity',
    title: 'Light and dark are exchanged',
    text: `${describeDoubt(doubt)} Invert the images, or say so in how the model's input is prepared.`,
  };
}

function accuracyOf(probabilities: Float32Array, { labels, count }: ImageSet): number {
  const classes = probabilities.length / count;
  let correct = 0;
  for (let image = 0; image < count; image++) {
    const row = probabilities.subarray(image * classes, (image + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[image]) correct++;
  }
  return correct / count;
}
