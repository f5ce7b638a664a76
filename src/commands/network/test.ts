import { randomBytes } from 'node:crypto';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { managerOf } from '../../docker/overlay/overlay-host.js';
import { requireNetwork, requirePassage } from '../../docker/overlay/overlay-networks.js';
import { probeOverlay } from '../../docker/overlay/overlay-probe.js';
import { wordOf, type Command } from '../command.js';
import { withClients } from './with-clients.js';

export const command: Command = {
  arguments: [{ name: 'network', summary: 'its name', required: true }],
  examples: ['nomadctl network test shop', 'nomadctl network test shop --json'],
  about: [
    "Starts a container on every client, of an image that is made of the host's own shell, and has each try each other, by address and by name.",
    'Exits with 1 when packets are lost, and leaves nothing behind.',
  ].join(' '),
  async run(input, ctx) {
    return withClients(ctx, async (hosts) => {
      const network = await requireNetwork(managerOf(hosts), wordOf(input, 'network') ?? '');
      const passed = await probeOverlay(network.name, hosts, randomBytes(3).toString('hex'));
      requirePassage(network, passed);
      const columns = ['from', 'to', 'by address', 'by name'];
      return {
        data: { network, passed },
        text: formatTable(
          columns,
          passed.map(({ from, to, byAddress, byName }) => [from, to, byAddress, byName]),
          tableLook(ctx.ui),
        ),
      };
    });
  },
};
