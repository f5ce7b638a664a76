import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { writeRecord } from '../../discovery/record.js';
import type { Topology } from '../../discovery/topology.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { followFlags, followOptions, numberOf, planFlag } from '../job/job-input.js';
import { untilFollowed } from './follow.js';
import { openDiscovery, serviceOf } from './open-discovery.js';
import { scalable, scaleService } from './scale-service.js';
import { statusText } from './status-text.js';

/** As the file of a topology has it. */
const MOST = 200;

export const command: Command = {
  arguments: [
    { name: 'service', summary: 'a service of the topology', required: true },
    { name: 'instances', summary: 'how many it is to have', required: true },
  ],
  flags: [planFlag, ...followFlags],
  examples: ['nomadctl discovery scale microbot 4', 'nomadctl discovery scale microbot 1 --plan'],
  about: [
    'The same as "job scale", written down in the topology that is up, and ended only when every balancer serves what is there now. The next',
    '"discovery up" keeps the number; what "job scale" or somebody else set, it takes back.',
  ].join(' '),
  run: scale,
};

async function scale(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const count = numberOf(wordOf(input, 'instances'), 'the number of instances') ?? 0;
  if (count > MOST)
    throw new UsageError(`${count} instances are more than a topology takes`, {
      code: 'count-refused',
      why: `at most ${MOST}`,
      next: nomadctl`discovery status`,
    });
  const { connection, record } = await openDiscovery(ctx);
  const { name, service } = serviceOf(input, record.topology);
  const topology: Topology = { ...record.topology, services: { ...record.topology.services, [name]: { ...service, instances: count } } };
  const wanted = { connection, topology, name, count };
  const before = (await scalable(wanted, ctx)).group.count;
  if (input.flags['plan'] === true)
    return { data: { service: name, before, count }, text: `Would scale ${name} from ${before} to ${count}. Nothing was changed.` };
  if (service.instances !== count)
    await writeRecord(connection.consul, { ...record, topology }, { index: record.index, signal: ctx.signal });
  await scaleService(wanted, followOptions(input), ctx);
  const look = await untilFollowed({ connection, topology }, ctx);
  return {
    data: { service: name, before, count, ...look },
    text: [
      `${name} ${before === count ? `has ${count} instances already` : `went from ${before} to ${count}`}.`,
      '',
      statusText({ look, topology }, ctx),
    ].join('\n'),
    next: nomadctl`discovery test`,
  };
}
