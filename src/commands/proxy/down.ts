import { stopProxy } from '../../proxy/proxy-process.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { Command } from '../command.js';

export const command: Command = {
  examples: ['nomadctl proxy down'],
  async run(_input, ctx) {
    const { name, cluster } = await openCluster(ctx);
    const ran = await stopProxy(cluster.paths.dir);
    return {
      data: { cluster: name, ended: ran },
      text: ran ? `The proxy of cluster ${name} has ended.` : `Cluster ${name} has no proxy here.`,
    };
  },
};
