import { sliceImages, imageSize, type ImageSet } from '#shared/images';
import type { Evaluation } from '#shared/evaluation';
import { exportWork, type ExportWork } from '#shared/export';
import type { Picture, PictureSheet } from '#shared/pictures';
import * as tf from '@tensorflow/tfjs';
import type { OpeningWatch } from '../../data/data-set';
import type { Fact, ReportContent, ReportedLayer } from '../../export/report/content';
import { reportDocument } from '../../export/report/document';
import { summarize } from '../../model/summary';
import { readMetrics, type MetricsLine } from '../../runs/metrics-file';
import { judge } from '../../training/confusion';
import { kernelsExhibit } from './kernels';
import { layersWithKernels } from './layers';
import type { UsedEngine } from './make-file';
import { patternsExhibit } from './patterns';
import { testImagesIfAny, type LayersSubject } from './subject';

type ReportWork = Extract<ExportWork, { readonly kind: 'report' }>;

/** Test images that are shown as misread. */
const misreadShown = 48;
const readingBatch = 250;

/** All about a network as one HTML file. */
export async function reportFile(
  opened: LayersSubject,
  work: ReportWork,
  engine: UsedEngine,
  watch: OpeningWatch,
): Promise<Uint8Array> {
  const lines = opened.run === null ? [] : await readMetrics(opened.run.folder);
  const summary = summarize(opened.model);
  const reading = await readingOf(opened, watch);
  const layers = await layersOf(opened, work, watch);
  const content: ReportContent = {
    title: opened.name,
    facts: factsOf(opened, summary.parameters, reading?.evaluation ?? null, engine),
    summary,
    epochs: linesOf(lines, 'epoch'),
    batches: linesOf(lines, 'batch'),
    reading,
    layers,
    notes: opened.run === null ? ['A model of others: nothing is known of how it was trained.'] : [],
    recipes: [
      ...(opened.run === null ? [] : [{ title: 'How it was trained', content: opened.run.spec.recipe }]),
      {
        title: 'How this report was made',
        content: { subject: opened.subject, modelSha256: opened.modelSha256, work },
      },
    ],
  };
  return new TextEncoder().encode(reportDocument(content));
}

function linesOf<T extends MetricsLine['type']>(lines: readonly MetricsLine[], type: T) {
  return lines.filter((line): line is Extract<MetricsLine, { readonly type: T }> => line.type === type);
}

function factsOf(
  { inputShape, classes, run, subject }: LayersSubject,
  parameters: number,
  evaluation: Evaluation | null,
  engine: UsedEngine,
): readonly Fact[] {
  return [
    { name: 'Parameters', value: parameters.toLocaleString('en-US') },
    { name: 'Reads', value: `${inputShape.join(' × ')} pixels` },
    ...(classes === null ? [] : [{ name: 'Classes', value: String(classes.length) }]),
    ...(evaluation === null
      ? []
      : [
          { name: 'Test accuracy', value: evaluation.accuracy.toFixed(4) },
          { name: 'Test loss', value: evaluation.loss.toFixed(4) },
          { name: 'Test images', value: evaluation.images.toLocaleString('en-US') },
        ]),
    ...(run === null ? [] : [{ name: 'Trained', value: run.spec.startedAt.slice(0, 10) }]),
    ...(subject.checkpoint === null ? [] : [{ name: 'Checkpoint', value: subject.checkpoint }]),
    { name: 'Computed by', value: `${engine.engine} ${engine.version}` },
  ];
}

async function readingOf(opened: LayersSubject, watch: OpeningWatch): Promise<ReportContent['reading']> {
  const images = await testImagesIfAny(opened, watch);
  const units = opened.model.outputs.at(-1)?.shape ?? [];
  const count = units.length === 2 ? (units[1] ?? 0) : 0;
  if (images === null || count < 2 || images.labels.some((label) => label >= count)) return null;
  const probabilities = new Float32Array(images.count * count);
  for (let from = 0; from < images.count; from += readingBatch) {
    watch.signal.throwIfAborted();
    watch.report({ label: 'Reading the test images', fraction: from / images.count });
    probabilities.set(
      predict(opened, sliceImages(images, from, Math.min(from + readingBatch, images.count))),
      from * count,
    );
    await new Promise(setImmediate);
  }
  const evaluation = judge(images, probabilities, count);
  const classes = opened.classes ?? Array.from({ length: count }, (_, index) => String(index));
  return { classes, evaluation, misread: misreadSheet(images, evaluation, classes) };
}

function predict({ model }: LayersSubject, images: ImageSet): Float32Array {
  return tf.tidy(() => {
    const pixels = tf
      .tensor(images.pixels, [images.count, ...images.shape], 'int32')
      .toFloat()
      .div(255);
    const outputs = [model.apply(pixels)].flat() as tf.Tensor[];
    return Float32Array.from((outputs.at(-1) as tf.Tensor).dataSync<'float32'>());
  });
}

function misreadSheet(images: ImageSet, { mistakes }: Evaluation, classes: readonly string[]): PictureSheet {
  const size = imageSize(images.shape);
  const nameOf = (index: number | undefined) => classes[index ?? -1] ?? String(index);
  const pictures = [...mistakes.images.slice(0, misreadShown)].map((index, place): Picture => ({
    name: `${nameOf(mistakes.labels[place])} read as ${nameOf(mistakes.readAs[place])}`,
    note: `test image ${index}`,
    numbers: [{ name: 'confidence', value: mistakes.confidences[place] as number }],
    shape: images.shape,
    scale: 'image',
    values: Float32Array.from(
      images.pixels.subarray(index * size, (index + 1) * size),
      (value) => value / 255,
    ),
  }));
  return { title: 'Misread, the most confident mistakes first', pictures, sharedRange: [0, 1] };
}

async function layersOf(
  opened: LayersSubject,
  { steps, seed }: ReportWork,
  watch: OpeningWatch,
): Promise<readonly ReportedLayer[]> {
  const names = layersWithKernels(opened.model).map(({ name }) => name);
  if (names.length === 0) return [];
  const kernels = await kernelsExhibit(opened, workOf('kernels', { kind: 'kernels' }), watch);
  const patterns =
    steps === 0
      ? null
      : await patternsExhibit(
          opened,
          workOf('patterns', { kind: 'patterns', options: { steps, seed } }),
          watch,
        );
  return names.map((name, index) => ({
    name,
    kernels: kernels.exhibit.sheets[index] as PictureSheet,
    patterns: patterns?.exhibit.sheets[index] ?? null,
  }));
}

function workOf<K extends ExportWork['kind']>(kind: K, work: unknown) {
  const parsed = exportWork.parse(work);
  if (parsed.kind !== kind) throw new Error(`${parsed.kind} is not ${kind}.`);
  return parsed as Extract<ExportWork, { readonly kind: K }>;
}
