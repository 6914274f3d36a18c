import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  exportFormats,
  exportRecipe,
  exportRequest,
  formatsOf,
  recipePathOf,
  whyNot,
  type ExportedFile,
  type ExportFormat,
  type ExportKind,
  type ExportRequest,
  type ExportSubject,
} from '#shared/export';
import { Refusal } from '#shared/errors';
import { describeIssue, usualPreprocessing } from '#shared/spec';
import type { OpeningWatch } from '../../lab/data/data-set';
import { startEngine } from '../../lab/engine/backend';
import { makeAgain, makeFile, type UsedEngine } from '../../lab/session/exporting/make-file';
import { openSubject, type OpenedSubject } from '../../lab/session/exporting/subject';
import { checkTarget, writeExport } from '../../lab/session/exporting/write-file';
import type { WantedEngine } from '../arguments';
import { dataOf } from '../data-options';
import type { WantedRange } from '../preprocessing';
import { print, say, StatusLine } from '../terminal';
import type { ExportOptions } from './command';
import { workOf, type WorkOptions } from './kinds';

/** Makes a file as the options ask for. */
export async function exportNew(
  kind: string | null,
  subject: string | null,
  options: ExportOptions,
): Promise<void> {
  const wanted = kindOf(kind);
  if (subject === null) throw new Refusal(`Name the run or the model whose ${wanted} are to be exported.`);
  const to = targetOf(options);
  const request = requestOf(wanted, formatOf(wanted, options.format, to), options);
  const named = await subjectOf(subject, options);
  await toFile(to, options, named, (opened, engine, watch) => makeFile(opened, request, engine, watch));
}

/** Makes the file of a recipe again. */
export async function exportAgain(file: string, kind: string | null, options: ExportOptions): Promise<void> {
  if (kind !== null) throw new Refusal(`The recipe says what to export; leave ${kind} out.`);
  const to = targetOf(options);
  const recipe = await readRecipe(file);
  await toFile(to, options, recipe.subject, async (opened, engine, watch) => {
    const made = await makeAgain(opened, recipe, engine, watch);
    if (made.recipe.fileSha256 !== recipe.fileSha256) {
      say(
        `The file is not the same to the byte: it was made with Convscope ${recipe.convscope} on ` +
          `${recipe.engine.name} ${recipe.engine.version}.`,
      );
    }
    return made;
  });
}

type Make = (opened: OpenedSubject, engine: UsedEngine, watch: OpeningWatch) => Promise<ExportedFile>;

async function toFile(
  to: string,
  {
    engine: wanted,
    force,
    json,
  }: { readonly engine: WantedEngine; readonly force: boolean; readonly json: boolean },
  subject: ExportSubject,
  make: Make,
): Promise<void> {
  await checkTarget(to, force);
  const engine = await startEngine(wanted);
  say(`${engine.title} ${engine.version} on ${engine.device}`);
  const status = new StatusLine();
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt);
  try {
    const watch = { report: status.task.bind(status), signal: interruption.signal };
    const opened = await openSubject(subject);
    try {
      const file = await make(opened, engine, watch);
      await writeExport(to, file, force);
      status.clear();
      printResult(to, file, json);
    } finally {
      opened.dispose();
    }
  } catch (thrown) {
    if (interruption.signal.aborted) throw new Refusal('Cancelled; nothing was written.', { cause: thrown });
    throw thrown;
  } finally {
    process.off('SIGINT', interrupt);
    status.clear();
  }
}

function printResult(to: string, { bytes, recipe }: ExportedFile, json: boolean): void {
  const beside = recipePathOf(to);
  print(
    json
      ? JSON.stringify({
          type: 'export',
          file: to,
          recipe: beside,
          bytes: bytes.length,
          sha256: recipe.fileSha256,
        })
      : `${to} (${bytes.length.toLocaleString('en-US')} bytes), with its recipe ${path.basename(beside)}`,
  );
}

function kindOf(kind: string | null): ExportKind {
  const known = Object.keys(formatsOf) as ExportKind[];
  const found = known.find((name) => name === kind);
  if (found !== undefined) return found;
  const what = kind === null ? 'Name what to export' : `There is no export of ${kind}; name`;
  throw new Refusal(`${what}${kind === null ? ':' : ''} one of ${known.join(', ')}.`);
}

function targetOf({ to }: ExportOptions): string {
  if (to === undefined) throw new Refusal('Name the file to write, with --to.');
  return to;
}

/** The format that was named, else that of the file's ending. */
function formatOf(kind: ExportKind, named: string | undefined, to: string): ExportFormat {
  const ending = path.extname(to).slice(1).toLowerCase();
  const wanted = named ?? ending;
  const format = exportFormats.find((known) => known === wanted);
  if (format === undefined) {
    const all = formatsOf[kind].join(', ');
    throw new Refusal(
      `The ending of ${to} names no format; let it end in one of ${all}, or name one with --format.`,
    );
  }
  const why = whyNot(kind, format);
  if (why !== null) throw new Refusal(why);
  return format;
}

function requestOf(kind: ExportKind, format: ExportFormat, options: ExportOptions): ExportRequest {
  const { scale, labels, theme, threshold, delay } = options;
  const parsed = exportRequest.safeParse({
    work: workOf(kind, workOptionsOf(options)),
    format,
    look: { scale, labels, theme, threshold, frameMilliseconds: delay },
  });
  if (!parsed.success) throw new Refusal(`These options make no export: ${describeIssue(parsed.error)}.`);
  return parsed.data;
}

function workOptionsOf(options: ExportOptions): WorkOptions {
  const { layer, channel, image, method, what, view, order, objective, steps, seed, most } = options;
  const all = {
    layer,
    channel,
    image,
    class: options.class,
    method,
    what,
    view,
    order,
    objective,
    steps,
    seed,
    most,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function subjectOf(
  subject: string,
  { checkpoint, data, preprocess }: ExportOptions,
): Promise<ExportSubject> {
  return {
    path: subject,
    checkpoint: checkpoint ?? null,
    preprocessing: preprocessingOf(preprocess),
    data: data === undefined ? null : await dataOf(data, null),
  };
}

const ranges: Readonly<Record<Exclude<WantedRange, 'auto'>, [number, number]>> = {
  '0..1': [0, 1],
  '-1..1': [-1, 1],
  '0..255': [0, 255],
};

function preprocessingOf(wanted: WantedRange): ExportSubject['preprocessing'] {
  return wanted === 'auto' ? null : { ...usualPreprocessing, range: ranges[wanted] };
}

async function readRecipe(file: string) {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Refusal(`The recipe ${file} cannot be read: check that the file exists.`, { cause });
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(`The recipe ${file} is no JSON.`, { cause });
  }
  const parsed = exportRecipe.safeParse(content);
  if (!parsed.success) throw new Refusal(`The recipe ${file} is wrong at ${describeIssue(parsed.error)}.`);
  return parsed.data;
}
