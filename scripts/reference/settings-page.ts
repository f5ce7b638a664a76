import { flagUsage } from '../../src/options/flags.js';
import { toText } from '../../src/options/from-text.js';
import { envName, type AnyOption, type OptionTable } from '../../src/options/option.js';
import { ownerOf, targets } from '../../src/targets/index.js';
import { code, madeFrom, table } from './markdown.js';

/** Every key of the cluster file, by target. */
export function settingsPage(): string {
  return [
    madeFrom("the targets' option tables"),
    '# Settings',
    `Keys of a cluster's \`cluster.yaml\`, which also holds \`version\`, \`name\` and \`target\` (${targets.map(({ id }) => code(id)).join(', ')}).
A setting is a flag of \`init\` and \`up\`, an environment variable, or a key of the file, in this order; \`nomadctl config explain <key>\` says which one won. Yes-or-no
flags have an opposite, \`--no-…\`. Dotted keys are maps in the file. Lists are comma-separated in flags and variables.`,
    ...targets.flatMap((target) => [`## Clusters on ${ownerOf(target)}`, `\`target: ${target.id}\``, tableOf(target.options)]),
  ].join('\n\n');
}

function tableOf(options: OptionTable): string {
  return table(
    ['key', 'flag', 'variable', 'default', 'meaning'],
    Object.entries(options).map(([key, option]) => [
      code(key),
      code(flagUsage(key, option)),
      code(envName(key)),
      defaultOf(option),
      meaningOf(option),
    ]),
  );
}

function defaultOf({ default: value }: AnyOption): string {
  if (value === undefined) return 'has to be given';
  const text = toText(value);
  return text === '' ? 'none' : code(text);
}

function meaningOf({ summary, choices }: AnyOption): string {
  return choices ? `${summary} (${choices.map(code).join(', ')})` : summary;
}
