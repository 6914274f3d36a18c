import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DataSet } from '../lab/data/data-set';
import { recogniseData } from '../lab/data/recognise';
import { Refusal } from '#shared/errors';
import type { ImageFolderSpec } from '#shared/data-spec';
import { dataSpec, describeIssue, type DataSpec } from '#shared/spec';
import { say } from './terminal';

/** What can be said of the pictures in a folder; absent where it was not said. */
export interface ImageOptions {
  readonly size?: readonly [height: number, width: number];
  readonly fit?: ImageFolderSpec['fit'];
  readonly channels?: 1 | 3;
  readonly background?: 'white' | 'black';
  readonly invert?: boolean;
  readonly testShare?: number;
}

const names = ['size', 'fit', 'channels', 'background', 'invert', 'testShare'] as const;

/** Adds what is said of pictures in a folder to a command that takes `--data`. */
export function withImageOptions(command: Command): Command {
  return command
    .option(
      '--size <height>x<width>',
      'of image folders: the size of every image (default: the most common)',
      sizeOf,
    )
    .addOption(
      new Option('--fit <policy>', 'of image folders: what becomes of pictures of another shape').choices([
        'stretch',
        'contain',
        'cover',
        'centre',
      ]),
    )
    .option(
      '--channels <n>',
      'of image folders: 1 for grey, 3 for colour (default: as the pictures are)',
      channelsOf,
    )
    .addOption(
      new Option(
        '--background <colour>',
        'of image folders: what is seen through transparent pixels',
      ).choices(['white', 'black']),
    )
    .option('--invert', 'of image folders: light becomes dark and dark light')
    .option('--test-share <share>', 'of image folders: the share held back for testing', testShareOf);
}

function sizeOf(text: string): readonly [number, number] {
  const [, height, width] = /^(\d+)(?:x(\d+))?$/i.exec(text) ?? [];
  if (height === undefined) throw new InvalidArgumentError('It must be a height and a width, such as 32x32.');
  return [Number(height), Number(width ?? height)];
}

function channelsOf(text: string): 1 | 3 {
  if (text === '1' || text === '3') return text === '1' ? 1 : 3;
  throw new InvalidArgumentError('It must be 1 or 3.');
}

function testShareOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a number above 0, up to 1.');
  }
  return value;
}

/**
 * A source by name, or a folder, which is looked into to see what it holds. Throws a `Refusal`.
 * @param options what was said of pictures, which other sources are refused with
 * @param usual what is taken for pictures where nothing was said
 */
export async function dataOf(
  name: string,
  limit: number | null,
  options: ImageOptions = {},
  usual: ImageOptions = {},
): Promise<DataSpec> {
  const given = names.filter((option) => options[option] !== undefined);
  const source = await sourceOf(name);
  if (given.length > 0 && source.source !== 'images') {
    throw new Refusal(
      `${name} is no image folder: its images are as they are, without --${kebab(given[0] as string)}.`,
    );
  }
  const parsed = dataSpec.safeParse({
    ...source,
    limit,
    ...(source.source === 'images' && usual),
    ...Object.fromEntries(given.map((option) => [option, options[option]])),
  });
  if (!parsed.success) throw new Refusal(`These options make no data: ${describeIssue(parsed.error)}.`);
  return parsed.data;
}

async function sourceOf(name: string): Promise<{ readonly source: string; readonly folder?: string }> {
  if (name === 'digits' || name === 'mnist' || name === 'fashion-mnist') return { source: name };
  return { source: await recogniseData(name), folder: name };
}

function kebab(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The most files that are named one by one. */
const mostNamed = 10;

/** Says what of a source was left out, and what else there is to know. */
export function tellOf({ skipped = [], notes = [] }: Pick<DataSet, 'skipped' | 'notes'>): void {
  for (const note of notes) say(note);
  if (skipped.length === 0) return;
  say(
    `${skipped.length === 1 ? '1 file was' : `${skipped.length.toLocaleString('en-US')} files were`} left out:`,
  );
  for (const { file, reason } of skipped.slice(0, mostNamed)) say(`  ${file}: ${reason}`);
  if (skipped.length > mostNamed) say(`  and ${(skipped.length - mostNamed).toLocaleString('en-US')} more`);
}
