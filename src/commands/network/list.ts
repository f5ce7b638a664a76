import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { networksOf } from '../../docker/overlay/overlay-networks.js';
import type { Command } from '../command.js';
import { withClients } from './with-clients.js';

export const command: Command = {
  examples: ['nomadctl network list', 'nomadctl network list --json'],
  async run(_input, ctx) {
    return withClients(ctx, async (hosts) => {
      const manager = hosts.find(({ isManager }) => isManager);
      const networks = manager ? await networksOf(manager) : [];
      const names = hosts.filter(({ isIn }) => isIn).map(({ name }) => name);
      const columns = ['network', 'subnet', 'encrypted', 'hosts'];
      const rows = networks.map(({ name, subnet, encrypted }) => [name, subnet, encrypted ? 'yes' : 'no', names.join(' ')]);
      return {
        data: { networks: networks.map((network) => ({ ...network, hosts: names })) },
        text: rows.length === 0 ? 'There is no overlay network.' : formatTable(columns, rows, tableLook(ctx.ui)),
        next: rows.length === 0 ? nomadctl`network create <name>` : undefined,
      };
    });
  },
};
