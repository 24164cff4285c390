import { Command, InvalidArgumentError, Option } from 'commander';
import { type Environment, setAction } from '../command-context.ts';
import type { ImportModelOptions } from '../model/import-model.ts';

const IMPORT_EXAMPLES = `
Examples:
  $ leti model import Salesforce/codegen-350M-mono
  $ leti model import Qwen/Qwen2.5-Coder-0.5B --revision main --dtype float32 --out models/qwen
  $ leti model import ./checkpoint-1200 --out models/mine
  $ HF_TOKEN=… leti model import someone/private-model --hub-endpoint https://hub.example.org

A name that is a folder here is taken as that folder, any other as the id of a model on the hub. An interrupted download
goes on where it stopped when the command is run again. The token is read from HF_TOKEN and sent to the hub only; a hub
in HF_ENDPOINT counts where no other is given. Behind a proxy, set NODE_USE_ENV_PROXY=1 beside HTTPS_PROXY.`;

const INSPECT_EXAMPLES = `
Examples:
  $ leti model inspect store/models/Salesforce--codegen-350M-mono
  $ leti model inspect store/runs/ID/checkpoints/006 --json | jq .specialTokens`;

/** `leti model`: models in Hugging Face folders, brought here and looked at. */
export function modelCommand(environment: Environment): Command {
  return new Command('model')
    .summary('bring a model here, or look at one')
    .description('Bring a model from a hub or a folder, or look at one.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ leti model import Salesforce/codegen-350M-mono\n  $ leti model inspect micro-base',
    )
    .addCommand(importCommand(environment))
    .addCommand(inspectCommand(environment));
}

function importCommand(environment: Environment): Command {
  const command = new Command('import')
    .argument('<model>', "a folder, or a model's id on the hub: owner/name")
    .summary('make a model ready for LETI')
    .description(
      "Make a folder that LETI can train and sample from: weights checked, LETI's four tokens in the vocabulary.",
    )
    .option('--out <dir>', 'where to; without it, STORE/models/NAME')
    .option('--revision <name>', "the hub's branch, tag or commit", 'main')
    .addOption(
      new Option('--dtype <type>', 'round weights to this; without it, they stay as they are').choices([
        'float32',
        'float16',
        'bfloat16',
      ]),
    ) // prettier-ignore
    .option('--max-shard-size <size>', 'write several files of at most so much, e.g. 5GB; without it, one', byteSize)
    .option('--keep-download', 'leave the files of the hub beside the result')
    .addOption(new Option('--hub-endpoint <url>', 'another hub, e.g. a private mirror').env('LETI_HUB_ENDPOINT'))
    .addOption(new Option('--store <dir>', 'folder of runs and models').env('LETI_STORE').default('store'))
    .option('--json', 'print results as JSON on stdout')
    .addHelpText('after', IMPORT_EXAMPLES);
  return setAction<[string], ImportModelOptions>(command, environment, async (context, options, model) => {
    // Only now: what reads models takes longer to load than all the rest.
    const { importModel } = await import('../model/import-model.ts');
    await importModel(model, options, context);
  });
}

function inspectCommand(environment: Environment): Command {
  const command = new Command('inspect')
    .argument('<folder>', 'a model folder, or micro-base')
    .summary('say what a model folder holds')
    .description('Say what a model folder holds: architecture, shapes, types, digest, special tokens.')
    .option('--json', 'print results as JSON on stdout')
    .addHelpText('after', INSPECT_EXAMPLES);
  return setAction<[string], object>(command, environment, async ({ output }, _, folder) => {
    const { inspectModel } = await import('../model/inspect-model.ts');
    await inspectModel(folder, output);
  });
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, KI: 2 ** 10, MI: 2 ** 20, GI: 2 ** 30, TI: 2 ** 40 }; // prettier-ignore

/** Bytes from "5GB", "500 MiB" or "1000000". */
function byteSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]i?)?B?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? NaN);
  if (bytes >= 1) return Math.floor(bytes);
  throw new InvalidArgumentError("Expected a size, e.g. '5GB' or '500MiB'.");
}
