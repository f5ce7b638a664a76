import type { Context } from '../../context.js';
import { stopPlan } from '../../plans/job-plans.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { namespaceFlag, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a deployed job', required: true, completes: 'job' }],
  flags: [{ flag: '--purge', summary: 'also forget the job, its versions and its history' }, namespaceFlag, planFlag],
  examples: ['nomadctl job stop redis', 'nomadctl job stop redis --purge'],
  about: 'Nomad keeps a stopped job for a while: its status and logs can be read, and "job revert" brings it back. --purge forgets it.',
  run: stop,
};

async function stop(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const job = await deployedJob(input, ctx);
  const { id, report } = job;
  const purge = input.flags['purge'] === true;
  if (report.status === 'stopped' && !purge) return { data: { job: id, outcome: 'unchanged' }, text: `${id} is stopped already.` };
  const running = report.groups.reduce((total, group) => total + group.running, 0);
  const result = await changeJob(
    {
      ...job,
      plan: stopPlan(purge),
      command: `nomadctl job stop ${id}${purge ? ' --purge' : ''}`,
      would: `Would stop ${id}${purge ? ' and remove it' : ''}: ${running} allocations run`,
      done: purge ? `${id} is stopped and removed.` : `${id} is stopped.`,
    },
    input,
    ctx,
  );
  // What was purged has no status any more.
  return purge && input.flags['plan'] !== true ? { ...result, text: `${id} is stopped and removed.` } : result;
}
