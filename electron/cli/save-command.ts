import { Option, type Command } from 'commander';
import { saveFormatId, type SaveFormatId } from '#shared/saving';
import { engineOption, type CommonOptions } from './common-options';
import { save } from './save';

interface Options extends CommonOptions {
  readonly format: SaveFormatId;
  readonly to: string;
  readonly force: boolean;
}

export function addSave(convscope: Command): void {
  convscope
    .command('save')
    .description('save a network in the format of another program')
    .argument('<run or model>', "the folder of a run, or a model's file or folder")
    .addOption(
      new Option('--format <name>', 'what it is saved as')
        .choices(saveFormatId.options)
        .makeOptionMandatory(),
    )
    .requiredOption('--to <path>', 'a new file, for tfjs and savedmodel a new folder')
    .option('--force', 'replace an earlier model there', false)
    .addOption(engineOption())
    .option('--json', 'one JSON object', false)
    .action(async (subject: string, options: Options) => {
      await save({ subject, ...options });
    });
}
