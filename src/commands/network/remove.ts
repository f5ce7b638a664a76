import { managerOf } from '../../docker/overlay/overlay-host.js';
import { removeNetwork, requireNetwork } from '../../docker/overlay/overlay-networks.js';
import { wordOf, type Command } from '../command.js';
import { withClients } from './with-clients.js';

export const command: Command = {
  arguments: [{ name: 'network', summary: 'its name', required: true }],
  examples: ['nomadctl network remove shop'],
  about: 'Refused while containers are in it. With the last network of nomadctl’s, the swarm that it began for them ends.',
  async run(input, ctx) {
    return withClients(ctx, async (hosts) => {
      const { name } = await requireNetwork(managerOf(hosts), wordOf(input, 'network') ?? '');
      const ended = await removeNetwork(hosts, name);
      return {
        data: { removed: name, swarmEnded: ended },
        text: `The network ${name} is gone.${ended ? ' It was the last one: the hosts have left their swarm.' : ''}`,
      };
    });
  },
};
