import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { proxiedServers, runningProxy } from '../../proxy/proxy-process.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { Command } from '../command.js';

export const command: Command = {
  examples: ['nomadctl proxy status', 'nomadctl proxy status --json'],
  async run(_input, ctx) {
    const { name, cluster } = await openCluster(ctx);
    const proxy = await runningProxy(cluster.paths.dir);
    if (!proxy)
      return { data: { cluster: name, running: false }, text: `Cluster ${name} has no proxy here.`, next: nomadctl`proxy up --leg <card>` };
    const servers = await proxiedServers(cluster.paths.dir).catch((cause: unknown) => {
      throw new PrerequisiteError('the proxy runs and does not tell of itself', {
        code: 'proxy-silent',
        cause,
        next: nomadctl`proxy up --leg ${proxy.legs[0]?.card ?? '<card>'}`,
      });
    });
    const columns = ['server', 'address', 'leader', 'check'];
    const rows = servers.map(({ name: server, address, isUp, check }) => [server, address, isUp ? 'known' : 'unknown', check]);
    const legs = proxy.legs.map(({ card, address, programs }) => `${card} at ${address}: ${programs.join(' and ')}`);
    return {
      data: { cluster: name, running: true, pid: proxy.process.pid, legs: proxy.legs, servers },
      text: [...legs, '', formatTable(columns, rows, tableLook(ctx.ui))].join('\n'),
      exitCode: servers.some(({ isUp }) => isUp) ? 0 : 1,
    };
  },
};
