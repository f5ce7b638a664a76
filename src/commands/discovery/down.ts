import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { forgetRecord } from '../../discovery/record.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { exposedOf } from '../job/expose/exposed-here.js';
import { planFlag } from '../job/job-input.js';
import { openDiscovery } from './open-discovery.js';
import { stopTopologyJob } from './stop-topology-job.js';

export const command: Command = {
  flags: [planFlag],
  examples: ['nomadctl discovery down', 'nomadctl discovery down --plan'],
  about:
    'Stops and forgets every job of the topology, balancers first, with what they keep, such as images of a registry. May be given again when it was interrupted.',
  run: down,
};

async function down(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { connection, record } = await openDiscovery(ctx);
  // Nobody is sent to what has gone before.
  const jobs = [...record.jobs].reverse();
  if (input.flags['plan'] === true) return { data: { jobs }, text: `Would stop and forget ${jobs.join(', ')}. Nothing was changed.` };
  const stopped: string[] = [];
  for (const job of jobs) if (await stopTopologyJob(job, connection, ctx)) stopped.push(job);
  await forgetRecord(connection.consul, ctx.signal);
  const exposed: string[] = [];
  for (const job of jobs) {
    const shown = await exposedOf({ job, namespace: record.namespace }, ctx);
    if (shown.length > 0) exposed.push(job);
  }
  const [first] = exposed;
  return {
    data: { stopped, exposed },
    text: [
      stopped.length === 0 ? 'Nothing of the topology ran any more.' : `${stopped.join(', ')} ${stopped.length === 1 ? 'is' : 'are'} gone.`,
      ...(first === undefined ? [] : [`Still exposed, and nobody answers there: ${exposed.join(', ')}`]),
    ].join('\n'),
    next: first === undefined ? undefined : nomadctl`job expose ${first} --remove`,
  };
}
