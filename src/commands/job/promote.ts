import { runningAgents } from '../../cluster/running-agents.js';
import type { Context } from '../../context.js';
import { promotePlan } from '../../plans/job-plans.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { followFlags, namespaceFlag, planFlag } from './job-input.js';
import { shapeOfReport, tellFaults } from './tell-faults.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a job whose canaries wait', required: true, completes: 'job' }],
  flags: [namespaceFlag, planFlag, ...followFlags],
  examples: ['nomadctl job promote web'],
  run: promote,
};

async function promote(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const job = await deployedJob(input, ctx);
  const { id, words } = job;
  tellFaults(ctx, await runningAgents(job.connection, ctx.signal), { command: 'job promote', job: shapeOfReport(job.report) });
  const change = { ...job, plan: promotePlan, command: `nomadctl job promote ${words.join(' ')}` };
  return changeJob({ ...change, would: `Would promote the canaries of ${id}`, done: `${id} is promoted and healthy.` }, input, ctx);
}
