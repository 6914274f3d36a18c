/** Options that several commands have. */
import { Option } from 'commander';
import type { WantedEngine } from './arguments';
import { ranges } from './preprocessing';

export interface CommonOptions {
  readonly engine: WantedEngine;
  readonly json: boolean;
}

export const engineOption = () =>
  new Option('--engine <name>', 'what computes').choices(['auto', 'tensorflow', 'wasm']).default('auto');

export const preprocessOption = () =>
  new Option('--preprocess <range>', 'what pixels of 0 to 255 become').choices(ranges).default('auto');

export const dataHelp = 'digits, mnist, fashion-mnist, or a folder: of images, of IDX files or of CIFAR';
