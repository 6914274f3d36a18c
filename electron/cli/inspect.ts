import { Refusal } from '#shared/errors';
import { startEngine } from '../lab/engine/backend';
import { inputShapeOf, inspect as read, type Inspection } from '../lab/insight/inspect';
import { patternInput, shapeForOne } from '../lab/insight/pattern';
import { openModel } from '../lab/model/open';
import { whyIncomplete, type OpenedModel } from '../lab/model/opened-model';
import type { WantedEngine } from './arguments';
import { preprocessingOf, type WantedRange } from './preprocessing';
import { imageInput } from './image-input';
import { print, say } from './terminal';

export interface InspectOptions {
  readonly model: string;
  /** `pattern`, or an image's file. */
  readonly input: string;
  readonly preprocess: WantedRange;
  readonly engine: WantedEngine;
  readonly json: boolean;
}

/** Shows an opened model one input and prints what every layer makes of it. */
export async function inspect({
  model: path,
  input,
  preprocess,
  engine,
  json,
}: InspectOptions): Promise<void> {
  await startEngine(engine);
  const model = await openModel(path);
  try {
    const values =
      input === 'pattern'
        ? patternInput(shapeForOne(inputShapeOf(model)))
        : await imageInput(input, inputShapeOf(model), preprocessingOf(preprocess, model));
    const inspection = await read(model, values);
    print(json ? JSON.stringify({ ...inspection, notes: model.notes }) : text(model, inspection));
    requireComplete(path, model);
  } finally {
    model.dispose();
  }
}

/** What is there was printed; a network that lacks its end is refused all the same. */
function requireComplete(path: string, { network }: OpenedModel): void {
  const why = whyIncomplete(network);
  if (why !== null) throw new Refusal(`${path}: ${why}. What comes before was shown.`);
}

function text({ format, notes }: OpenedModel, { input, parameters, layers, output }: Inspection): string {
  const rows = layers.map(
    ({ name, type, shape, mean, std }) =>
      `${name} (${type})  ${shape.join(' x ')}  mean ${mean.toPrecision(4)}, deviation ${std.toPrecision(4)}`,
  );
  const end =
    output === null
      ? []
      : [
          `output: ${output
            .slice(0, 20)
            .map((value) => value.toPrecision(4))
            .join(' ')}`,
        ];
  const head = `${format}, ${parameters.toLocaleString('en-US')} parameters, input ${input.join(' x ')}`;
  for (const note of notes) say(note);
  return [head, ...rows, ...end].join('\n');
}
