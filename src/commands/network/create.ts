import { randomBytes } from 'node:crypto';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { parseCidr } from '@nomadctl/base/ipv4';
import {
  createNetwork,
  ensureSwarm,
  networkName,
  removeNetwork,
  requirePassage,
  type WantedNetwork,
} from '../../docker/overlay/overlay-networks.js';
import { swarmHosts, type SwarmHost } from '../../docker/overlay/overlay-host.js';
import { probeOverlay, type Passed } from '../../docker/overlay/overlay-probe.js';
import { flagOf, wordOf, type Command } from '../command.js';
import { withClients } from './with-clients.js';

export const command: Command = {
  arguments: [{ name: 'network', summary: 'its name', required: true }],
  flags: [
    { flag: '--subnet <range>', summary: 'such as 10.93.0.0/24; default: one that docker chooses' },
    { flag: '--encrypted', summary: 'packets between hosts are encrypted (IPsec); where that comes to nothing, the network goes again' },
    { flag: '--plan', summary: 'look at the hosts, print what would be done, and change nothing' },
  ],
  examples: ['nomadctl network create shop', 'nomadctl network create shop --subnet 10.93.0.0/24 --plan'],
  about: [
    "By docker's swarm, whose overlays are attachable: tasks join one by network_mode. Hosts must have different hostnames, and be in no other swarm.",
    'Then a container on every client tries one on every other, by address and by name, and the network is taken back when packets are lost.',
    'The way of before 23, cluster-store, is refused: engines of Debian know no consul:// there.',
  ].join(' '),
  async run(input, ctx) {
    const name = networkName(wordOf(input, 'network') ?? '');
    const wanted = { name, subnet: subnetOf(flagOf(input, 'subnet')), encrypted: input.flags['encrypted'] === true };
    return withClients(ctx, async (hosts) => {
      const names = hosts.map((host) => host.name);
      if (input.flags['plan'] === true) {
        const joining = hosts.filter(({ isIn }) => !isIn).map((host) => host.name);
        const swarm = joining.length > 0 ? `${joining.join(', ')} would be in one swarm; then the` : 'The';
        return {
          data: { network: wanted, hosts: names, joining },
          text: `${swarm} overlay network ${name} would be made on ${names.join(', ')}. Nothing was changed.`,
        };
      }
      const manager = await ensureSwarm(hosts, ctx.redact);
      await createNetwork(manager, wanted);
      const passed = await tried(wanted, hosts);
      return {
        data: { network: wanted, hosts: names, passed },
        text: `The overlay network ${name} is on ${names.join(', ')}: ${passed.length} ways were tried, by address and by name, and carry.\nTasks of docker join it by network_mode = "${name}".`,
        next: nomadctl`network list`,
      };
    });
  },
};

/** What does not carry anything would be found by somebody's jobs: such a network is taken back. */
async function tried(wanted: WantedNetwork, hosts: readonly SwarmHost[]): Promise<readonly Passed[]> {
  try {
    const passed = await probeOverlay(wanted.name, hosts, randomBytes(3).toString('hex'));
    requirePassage(wanted, passed);
    return passed;
  } catch (error) {
    await removeNetwork(await swarmHosts(hosts), wanted.name);
    throw error;
  }
}

function subnetOf(range: string | undefined): string | undefined {
  if (range === undefined || parseCidr(range) !== undefined) return range;
  throw new UsageError(`"${range}" is no range of addresses`, {
    code: 'flag-invalid',
    why: 'an address of IPv4 and a length',
    next: again({ subnet: '10.93.0.0/24' }),
  });
}
