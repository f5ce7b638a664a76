import { writeClusterFile } from '../../config/cluster-file.js';
import { chooseExistingCluster } from '../../config/current-cluster.js';
import { draftSettings } from '../../config/draft-setting.js';
import { underLock } from '../../engine/lock.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { toText } from '../../options/from-text.js';
import { envName } from '../../options/option.js';
import { targets } from '../../targets/index.js';
import { wordOf, type Command, type CommandInput } from '../command.js';
import { filePlanFlags, showFilePlan } from '../file-plan.js';

export const command: Command = {
  arguments: [
    { name: 'key', summary: 'a key of the cluster file', required: true, completes: 'key' },
    { name: 'value', summary: "its value; lists comma-separated, '' for none", required: true },
    { name: 'more', summary: 'further keys, each with its value: all of them are set, or none', variadic: true },
  ],
  flags: filePlanFlags,
  examples: [
    'nomadctl config set clients 3',
    'nomadctl config set drivers raw_exec,exec --cluster dev --plan',
    'nomadctl config set servers 3 clients 5',
  ],
  about: 'The cluster follows with the next up. Comments in the file stay.',
  async run(input, ctx) {
    const { name } = await chooseExistingCluster(ctx);
    const pairs = pairsOf(input);
    if (input.flags['plan']) return showFilePlan(await draftSettings({ name, targets, pairs }, ctx), input, ctx);
    // An `up` that goes on meanwhile has read the file, and may write it.
    const { lock } = ctx.paths.cluster(name);
    const { path, before, after, values, target } = await underLock(
      lock,
      { command: 'nomadctl config set', now: ctx.clock.now() },
      async () => {
        const draft = await draftSettings({ name, targets, pairs }, ctx);
        if (draft.before !== draft.after) await writeClusterFile({ path: draft.path, name, targets }, draft.after);
        return draft;
      },
    );
    for (const key of Object.keys(values)) {
      if (ctx.env[envName(key)]) ctx.ui.warn(`${envName(key)}=${ctx.env[envName(key)]} is set, and stronger`);
    }
    const changed = before !== after;
    const [[key = '', value] = []] = Object.entries(values);
    const data = { cluster: name, path, key, value, values, changed };
    const lines = Object.entries(values).map(
      ([each, now]) => `${each} is ${toText(now) || 'empty'} in ${path}${changed ? '' : ', as before'}`,
    );
    return { data, text: lines.join('\n'), next: nextAfter(target, name, Object.keys(values)) };
  },
};

function nextAfter(target: string, name: string, keys: readonly string[]): Hint {
  return targets.find(({ id }) => id === target)?.afterSetting?.(name, keys) ?? nomadctl`up ${name}`;
}

function pairsOf(input: CommandInput): (readonly [string, string])[] {
  const more = input.args['more'];
  const words = [wordOf(input, 'key') ?? '', wordOf(input, 'value') ?? '', ...(Array.isArray(more) ? (more as string[]) : [])];
  if (words.length % 2 === 1) {
    throw new UsageError(`${words.at(-1)} has no value`, {
      code: 'value-missing',
      why: 'keys and values come in turn; a value with spaces needs quotes',
      next: nomadctl`config set --help`,
    });
  }
  return Array.from({ length: words.length / 2 }, (_, index) => [words[2 * index] ?? '', words[2 * index + 1] ?? ''] as const);
}
