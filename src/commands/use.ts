import { chooseCluster, chooseExistingCluster } from '../config/current-cluster.js';
import { notWritable } from '../engine/journal.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { Context } from '../context.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster', required: true, completes: 'cluster' }],
  flags: [
    { flag: '--plan', summary: 'print which cluster would become the current one, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when another would' },
  ],
  examples: ['nomadctl use dev', 'nomadctl use dev --plan'],
  about: 'Commands without a name mean this cluster from now on. --cluster and NOMADCTL_CLUSTER are stronger.',
  async run(input, ctx) {
    const { name } = await chooseExistingCluster(ctx, wordOf(input, 'name'));
    if (input.flags['plan'] === true) return planned(name, input, ctx);
    await writeFileAtomic(ctx.paths.currentFile, `${name}\n`).catch((cause: unknown) => {
      throw notWritable(ctx.paths.currentFile, cause);
    });
    const stronger = ctx.env['NOMADCTL_CLUSTER'];
    if (stronger && stronger !== name) ctx.ui.warn(`NOMADCTL_CLUSTER=${stronger} is set, and stronger`);
    return { data: { cluster: name }, text: `The current cluster is ${name}` };
  },
};

async function planned(name: string, input: CommandInput, ctx: Context): Promise<CommandResult> {
  const before = await chooseCluster(ctx);
  const changes = before.from !== 'nomadctl use' || before.name !== name;
  const now = `now it is ${before.name} (${before.from})`;
  return {
    data: { cluster: name, changes, before: { cluster: before.name, from: before.from } },
    text: changes ? `Would make ${name} the current cluster; ${now}. Nothing was changed.` : `${name} is the current cluster already`,
    exitCode: changes && input.flags['exitCode'] === true ? 10 : 0,
  };
}
