import { runningAgents } from '../../cluster/running-agents.js';
import type { Context } from '../../context.js';
import { revertPlan } from '../../plans/job-plans.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { followFlags, namespaceFlag, numberOf, planFlag } from './job-input.js';
import { shapeOfReport, tellFaults } from './tell-faults.js';

export const command: Command = {
  arguments: [
    { name: 'job', summary: 'a deployed job', required: true, completes: 'job' },
    { name: 'version', summary: 'the version; default: the newest earlier one that was healthy' },
  ],
  flags: [namespaceFlag, planFlag, ...followFlags],
  examples: ['nomadctl job revert redis', 'nomadctl job revert redis 2'],
  run: revert,
};

async function revert(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const version = numberOf(wordOf(input, 'version'), 'the version');
  const job = await deployedJob(input, ctx);
  const { id, words } = job;
  tellFaults(ctx, await runningAgents(job.connection, ctx.signal), { command: 'job revert', job: shapeOfReport(job.report) });
  const to = version === undefined ? 'its last healthy version' : `version ${version}`;
  const change = {
    ...job,
    plan: revertPlan(version),
    command: `nomadctl job revert ${words.join(' ')}${version === undefined ? '' : ` ${version}`}`,
  };
  return changeJob({ ...change, would: `Would take ${id} back to ${to}`, done: `${id} is back at ${to}.` }, input, ctx);
}
