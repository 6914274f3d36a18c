import { InvalidArgumentError, Option, type Command } from 'commander';
import { exportFormats, formatsOf } from '#shared/export';
import { wholeNumber } from '../arguments';
import { dataHelp, engineOption, preprocessOption, type CommonOptions } from '../common-options';
import type { WantedRange } from '../preprocessing';
import type { WorkOptions } from './kinds';
import { exportAgain, exportNew } from './run-export';

/** All that the command takes; absent where it was not given. */
export interface ExportOptions extends CommonOptions, WorkOptions {
  readonly scale?: number;
  readonly labels: boolean;
  readonly theme?: string;
  readonly threshold?: number;
  readonly delay?: number;
  readonly format?: string;
  readonly checkpoint?: string;
  readonly data?: string;
  readonly preprocess: WantedRange;
  readonly recipe?: string;
  readonly to?: string;
  readonly force: boolean;
}

/** `convscope export`: one command, what it makes is its first argument. */
export function addExport(convscope: Command): void {
  const kinds = Object.keys(formatsOf).join(', ');
  convscope
    .command('export')
    .description('write what is inside a network into a file, with the recipe that makes it again beside it')
    .argument('[kind]', kinds)
    .argument('[run or model]', "the folder of a run, or a model's file or folder")
    .option('--to <file>', 'the file to write; its ending names the format')
    .addOption(
      new Option('--format <name>', 'the format, where the ending does not name it').choices(exportFormats),
    )
    .option('--layer <name>', 'the layer (default: all with channels)')
    .option('--channel <n,...>', 'filters of the layer, counted from 0', numbers)
    .option('--image <image>', 'what the network is shown: a picture, or test:INDEX (default: test:0)')
    .option('--class <n>', 'the class, counted from 0', wholeNumber(0))
    .option('--method <name,...>', 'of evidence: saliency, smooth-grad, grad-cam, occlusion ...', names)
    .option('--what <what>', 'of evolution: kernel, pattern or response')
    .option('--view <view>', 'of kernels: whole, mean, norm, or the number of an input channel')
    .option('--order <order>', 'of kernels: index, norm or similarity')
    .option('--objective <objective>', 'of patterns: texture (usual), map or cell; all one for units')
    .option('--steps <n>', 'of patterns: how often they are bettered', wholeNumber(0))
    .option('--seed <n>', 'where anything is random', wholeNumber(0))
    .option('--most <n>', 'of evolution: at most so many moments', wholeNumber(1))
    .option('--scale <n>', 'pixels a cell, whole', wholeNumber(1))
    .option('--labels', 'with names and numbers', false)
    .addOption(new Option('--theme <name>', 'which colour maps (default: dark)').choices(['dark', 'light']))
    .option('--threshold <share>', 'of GLB: the share of the scale from which a cell is drawn', shareOfScale)
    .option('--delay <ms>', 'of GIF: how long each moment is seen', wholeNumber(20))
    .option('--checkpoint <name>', 'of a run: which one (default: the last)')
    .option('--data <source>', `whose test images are shown: ${dataHelp}`)
    .option('--recipe <file>', 'make the file of a recipe again')
    .addOption(preprocessOption())
    .addOption(engineOption())
    .option('--force', 'write over files that are there', false)
    .option('--json', 'one JSON object', false)
    .action(async (kind: string | undefined, subject: string | undefined, options: ExportOptions) => {
      if (options.recipe !== undefined) await exportAgain(options.recipe, kind ?? null, options);
      else await exportNew(kind ?? null, subject ?? null, options);
    });
}

function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function numbers(text: string): readonly number[] {
  return text.split(',').map(wholeNumber(0));
}

function shareOfScale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return value;
}
