import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { differences, lookAt } from '../../discovery/look.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { orSilence } from '../job/job-input.js';
import { openDiscovery } from './open-discovery.js';
import { statusText } from './status-text.js';

const DIFFERS = 1;

export const command: Command = {
  examples: ['nomadctl discovery status', 'nomadctl discovery status --json'],
  about: [
    'Every balancer is asked itself whom it sends requests to, and compared with what Consul calls healthy. Exits with 1 when they differ, or when there',
    'are fewer healthy instances than asked for. An instance whose own checks pass on a node that is critical is the trap of port 8301: "doctor" says who',
    'does not reach whom.',
  ].join(' '),
  run: status,
};

async function status(_input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { connection, record } = await openDiscovery(ctx);
  const { topology } = record;
  const look = await orSilence(lookAt(topology, { connection, signal: ctx.signal }), ctx);
  const found = differences(look, topology);
  const instances = look.services.flatMap((service) => service.instances);
  const isTrapped = instances.some(({ why }) => why?.includes('8301'));
  return {
    data: { topology, ...look, differences: found },
    text: statusText({ look, topology }, ctx),
    next: isTrapped ? nomadctl`doctor` : found.length > 0 ? nomadctl`discovery up` : nomadctl`discovery test`,
    exitCode: found.length > 0 ? DIFFERS : 0,
  };
}
