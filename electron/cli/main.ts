import { Command, CommanderError, Option } from 'commander';
import { problemOf, Refusal } from '#shared/errors';
import { version } from '../../package.json';
import { isModel } from '../lab/model/open';
import { defaultRunsFolder } from '../lab/runs/runs-folder';
import { isRun, rate, recipeOf, share, wholeNumber } from './arguments';
import { dataHelp, engineOption, preprocessOption, type CommonOptions } from './common-options';
import { dataOf, withImageOptions, type ImageOptions } from './data-options';
import { doctor } from './doctor';
import { evaluate, evaluateOpened, imagesFor } from './evaluate';
import { history } from './history';
import { inspect } from './inspect';
import { addExport } from './export/command';
import type { WantedRange } from './preprocessing';
import { runs } from './runs';
import { addSave } from './save-command';
import { serve } from './serve';
import { summary } from './summary';
import { say } from './terminal';
import { resume, train } from './train';
import { trainedModel, type ContinuationOptions } from './trained-model';

/** A shell's convention: 2 says that the call itself was wrong, 1 that the program failed. */
const exitCodes = { refusal: 2, fault: 1 } as const;

const atLeastOne = wholeNumber(1);

function program(): Command {
  const convscope = new Command('convscope')
    .description('A laboratory for convolutional networks.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  addTrain(convscope);
  addResume(convscope);
  addEvaluate(convscope);
  addRuns(convscope);
  addHistory(convscope);
  addInspect(convscope);
  addExport(convscope);
  addSummary(convscope);
  addSave(convscope);
  addServe(convscope);
  addDoctor(convscope);
  return convscope;
}

function addTrain(convscope: Command): void {
  interface Options extends CommonOptions, ImageOptions, ContinuationOptions {
    readonly model: string;
    readonly data: string;
    readonly epochs: number;
    readonly batch: number;
    readonly limit?: number;
    readonly seed: number;
    readonly optimizer: string;
    readonly learningRate?: number;
    readonly validationSplit: number;
    readonly checkpointMinutes?: number;
    readonly initialWeights?: string;
    readonly out?: string;
  }
  const command = convscope
    .command('train')
    .description('train a network and read the test images')
    .option(
      '--model <name>',
      'a preset (see convscope summary --help), a .json model spec, or a model to train further',
      'seed',
    )
    .option(
      '--freeze-all-but <n>',
      'of an opened model, train the last n layers with weights alone',
      atLeastOne,
    )
    .option(
      '--new-head',
      "of an opened model, replace the last dense layer by one of the data's classes",
      false,
    )
    .addOption(preprocessOption())
    .option('--data <source>', dataHelp, 'digits')
    .option('--epochs <n>', 'how often every image is seen', atLeastOne, 5)
    .option('--batch <n>', 'images a step', atLeastOne, 64)
    .option('--limit <n>', 'at most this many training and this many test images', atLeastOne)
    .option('--seed <n>', 'seeds the weights and the order of the images', wholeNumber(0), 1)
    .option('--optimizer <name>', 'how weights are updated', 'rmsprop')
    .option('--learning-rate <rate>', "the optimizer's step size", rate)
    .option('--validation-split <share>', 'the last share of the images is held back', share, 0)
    .option('--checkpoint-minutes <minutes>', 'a checkpoint at least this often', rate)
    .option('--initial-weights <path>', 'a run or a model whose weights unchanged layers begin with')
    .addOption(engineOption())
    .option('--out <folder>', 'a new folder for the run (default: numbered among the others)')
    .option('--json', 'one JSON object a line', false);
  withImageOptions(command).action(async (options: Options) => {
    const recipe = recipeOf({
      model: await trainedModel(options.model, options),
      data: await dataOf(options.data, options.limit ?? null, options),
      training: {
        epochs: options.epochs,
        batchSize: options.batch,
        seed: options.seed,
        validationSplit: options.validationSplit,
        checkpointMinutes: options.checkpointMinutes,
        optimizer: { kind: options.optimizer, learningRate: options.learningRate },
      },
      initialWeights: options.initialWeights === undefined ? null : { path: options.initialWeights },
    });
    await train({ recipe, engine: options.engine, out: options.out ?? null, json: options.json });
  });
}

function addResume(convscope: Command): void {
  interface Options extends CommonOptions {
    readonly epochs?: number;
    readonly learningRate?: number;
  }
  convscope
    .command('resume')
    .description('go on with a run that was stopped, killed or diverged, from its last checkpoint')
    .argument('<run>', 'the folder of a run')
    .option('--epochs <n>', 'train up to so many epochs', atLeastOne)
    .option('--learning-rate <rate>', 'replaces the learning rate', rate)
    .addOption(engineOption())
    .option('--json', 'one JSON object a line', false)
    .action(async (folder: string, { engine, json, ...changes }: Options) => {
      await resume({ resumption: { folder, ...changes }, engine, json });
    });
}

function addRuns(convscope: Command): void {
  convscope
    .command('runs')
    .description('list the runs that are kept, newest first')
    .option('--runs <folder>', 'where runs are kept')
    .option('--json', 'one JSON object a line', false)
    .action(async (options: { readonly runs?: string; readonly json: boolean }) => {
      await runs(options.runs ?? defaultRunsFolder(), options.json);
    });
}

function addHistory(convscope: Command): void {
  interface Options {
    readonly csv: boolean;
    readonly json: boolean;
    readonly batches: boolean;
  }
  convscope
    .command('history')
    .description('print what was measured in every epoch of a run, or of several')
    .argument('<run...>', 'the folders of runs; of several, each line tells its run')
    .addOption(new Option('--csv', 'comma-separated values').default(false).conflicts('json'))
    .option('--json', 'one JSON object a line', false)
    .option('--batches', 'in every batch, instead of every epoch', false)
    .action(async (folders: [string, ...string[]], { csv, json, batches }: Options) => {
      await history({ runs: folders, format: csv ? 'csv' : json ? 'json' : 'table', batches });
    });
}

function addEvaluate(convscope: Command): void {
  interface Options extends CommonOptions, ImageOptions {
    readonly data?: string;
    readonly limit?: number;
    readonly preprocess: WantedRange;
  }
  const command = convscope
    .command('evaluate')
    .description('read the test images with the network of a run, or with a model that others trained')
    .argument('<run or model>', "the folder of a run, or a model's file or folder")
    .option('--data <source>', `${dataHelp} (default: what the run was trained on)`)
    .option('--limit <n>', 'at most this many images', atLeastOne)
    .addOption(preprocessOption())
    .addOption(engineOption())
    .option('--json', 'one JSON object', false);
  withImageOptions(command).action(async (subject: string, options: Options) => {
    const { data: source, limit, preprocess, engine, json } = options;
    const data =
      source === undefined ? null : await dataOf(source, limit ?? null, options, await imagesFor(subject));
    const asRun = isRun(subject) || (data === null && !(await isModel(subject)));
    if (asRun) await evaluate({ run: subject, data, engine, json });
    else if (data === null) throw new Refusal('Name the images that the model should read, with --data.');
    else await evaluateOpened({ model: subject, data, preprocess, engine, json });
  });
}

function addInspect(convscope: Command): void {
  interface Options extends CommonOptions {
    readonly input: string;
    readonly preprocess: WantedRange;
  }
  convscope
    .command('inspect')
    .description('show a model one input and print what every layer makes of it')
    .argument('<model>', "a model's file or folder")
    .option(
      '--input <image>',
      'a PNG, JPEG, WebP or BMP, or `pattern` for values that any program can compute',
      'pattern',
    )
    .addOption(preprocessOption())
    .addOption(engineOption())
    .option('--json', 'one JSON object', false)
    .action(async (model: string, options: Options) => {
      await inspect({ model, ...options });
    });
}

function addSummary(convscope: Command): void {
  convscope
    .command('summary')
    .description('print the layers of a network as Keras does')
    .argument('[model]', "a preset, a .json model spec, or a model's file or folder")
    .option('--model <name>', 'the same, as an option')
    .option('--data <source>', `whose images it reads: ${dataHelp}`, 'digits')
    .option('--json', 'one JSON object', false)
    .action(
      async (
        name: string | undefined,
        options: { readonly model?: string; readonly data: string; readonly json: boolean },
      ) => {
        await summary(name ?? options.model ?? 'seed', await dataOf(options.data, null), options.json);
      },
    );
}

function addServe(convscope: Command): void {
  convscope
    .command('serve')
    .description('serve the laboratory to a browser on this machine')
    .argument('[model]', 'as --open, for npm start -- MODEL')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <n>', 'the port, 0 for any that is free', wholeNumber(0), 0)
    .option('--runs <folder>', 'where runs are kept')
    .option('--open <model>', 'a model or a run that the window begins with: its file or folder')
    .addOption(engineOption())
    .option('--json', 'print the address as one JSON object', false)
    .action(
      async (
        model: string | undefined,
        options: CommonOptions & {
          readonly host: string;
          readonly port: number;
          readonly runs?: string;
          readonly open?: string;
        },
      ) => {
        await serve({ ...options, runs: options.runs ?? null, open: options.open ?? model ?? null });
      },
    );
}

function addDoctor(convscope: Command): void {
  convscope
    .command('doctor')
    .description('say which engine runs, and why no better one does')
    .addOption(engineOption())
    .option('--json', 'one JSON object', false)
    .action(async (options: CommonOptions) => {
      await doctor(options.engine, options.json);
    });
}

async function main(): Promise<number> {
  try {
    await program().parseAsync();
    return 0;
  } catch (thrown) {
    // Commander has already said what is wrong, or has shown the help that was asked for.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCodes.refusal;
    const problem = problemOf(thrown);
    say(problem.detail ?? problem.message);
    return exitCodes[problem.kind];
  }
}

process.exitCode = await main();
