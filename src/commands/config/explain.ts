import { optionOf } from '../../config/option-of.js';
import { flagUsage } from '../../options/flags.js';
import { toText } from '../../options/from-text.js';
import { envName, type AnyOption } from '../../options/option.js';
import { targets } from '../../targets/index.js';
import { wordOf, type Command } from '../command.js';
import { loadSettings, sourceText } from './setting.js';

export const command: Command = {
  arguments: [{ name: 'key', summary: 'a key of the cluster file', required: true, completes: 'key' }],
  examples: ['nomadctl config explain clients', 'nomadctl config explain versions.nomad --json'],
  about: 'A flag is stronger than the environment, the environment than the cluster file, the cluster file than a default.',
  async run(input, ctx) {
    const key = wordOf(input, 'key') ?? '';
    const { cluster, sources, table } = await loadSettings(ctx);
    const elsewhere = Object.hasOwn(table, key) ? undefined : targets.find(({ options }) => Object.hasOwn(options, key));
    const option = optionOf(key, elsewhere?.options ?? table);
    const value = elsewhere ? undefined : cluster.settings[key];
    const facts = {
      from: elsewhere ? `nowhere: clusters on ${elsewhere.title} have it, and ${cluster.name} is none` : sourceText(sources[key]),
      sets: option.summary,
      allowed: allowed(option),
      default: option.default === undefined ? 'none: it has to be given' : toText(option.default),
      flag: flagUsage(key, option),
      variable: envName(key),
    };
    const lines = Object.entries(facts).map(([name, text]) => `  ${ctx.ui.style.dim(name.padEnd(8))}  ${text}`);
    const data = { cluster: cluster.name, key, value, source: sources[key], ...facts, default: option.default, choices: option.choices };
    return { data, text: [`${ctx.ui.style.bold(key)}${elsewhere ? '' : ` = ${toText(value)}`}`, ...lines].join('\n') };
  },
};

const KINDS: Readonly<Record<AnyOption['kind'], string>> = {
  count: 'a whole number',
  text: 'text',
  flag: 'true or false',
  choice: 'one word',
  list: 'words, comma-separated; in the file a list',
};

function allowed({ kind, choices }: AnyOption): string {
  return choices ? `one of ${choices.join(', ')}` : KINDS[kind];
}
