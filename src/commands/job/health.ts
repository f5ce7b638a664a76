import type { Context } from '../../context.js';
import { healthPlan } from '../../plans/job-plans.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { followFlags, namespaceFlag, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a job whose allocations wait to be told how they are', required: true, completes: 'job' }],
  flags: [
    { flag: '--unhealthy', summary: 'say that they are not healthy' },
    { flag: '--alloc <id>', summary: 'one allocation, by the beginning of its id; default: all that wait' },
    namespaceFlag,
    planFlag,
    ...followFlags,
  ],
  examples: ['nomadctl job health web', 'nomadctl job health web --alloc 1f09e29a --unhealthy'],
  about: 'For jobs whose update block says health_check = "manual": nobody but you knows whether what runs is healthy.',
  run: health,
};

async function health(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const job = await deployedJob(input, ctx);
  const { id, words } = job;
  const isHealthy = input.flags['unhealthy'] !== true;
  const allocation = flagOf(input, 'alloc');
  const word = isHealthy ? 'healthy' : 'not healthy';
  const change = {
    ...job,
    plan: healthPlan({ isHealthy, allocation }),
    command: `nomadctl job health ${words.join(' ')}${isHealthy ? '' : ' --unhealthy'}${allocation === undefined ? '' : ` --alloc ${allocation}`}`,
    would: `Would say that ${allocation === undefined ? `what waits of ${id}` : `allocation ${allocation} of ${id}`} is ${word}`,
    done: `${id} is healthy: its deployment is done.`,
    begun: () => `What waited of ${id} is ${word} now.`,
  };
  return changeJob(change, input, ctx);
}
