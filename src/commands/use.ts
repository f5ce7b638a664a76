import { chooseExistingCluster } from '../config/current-cluster.js';
import { notWritable } from '../engine/journal.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster', required: true, completes: 'cluster' }],
  examples: ['nomadctl use dev'],
  about: 'Commands without a name mean this cluster from now on. --cluster and NOMADCTL_CLUSTER are stronger.',
  async run(input, ctx) {
    const { name } = await chooseExistingCluster(ctx, wordOf(input, 'name'));
    await writeFileAtomic(ctx.paths.currentFile, `${name}\n`).catch((cause: unknown) => {
      throw notWritable(ctx.paths.currentFile, cause);
    });
    const stronger = ctx.env['NOMADCTL_CLUSTER'];
    if (stronger && stronger !== name) ctx.ui.warn(`NOMADCTL_CLUSTER=${stronger} is set, and stronger`);
    return { data: { cluster: name }, text: `The current cluster is ${name}` };
  },
};
