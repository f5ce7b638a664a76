import type { Context } from '../../context.js';
import { promotePlan } from '../../jobs/job-plans.js';
import { requireDeployed } from '../../jobs/read-job.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { changeJob } from './change-job.js';
import { connect, followFlags, jobOf, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a job whose canaries wait', required: true, completes: 'job' }],
  flags: [planFlag, ...followFlags],
  examples: ['nomadctl job promote web'],
  run: promote,
};

async function promote(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const id = jobOf(input);
  const connection = await connect(ctx);
  await requireDeployed(connection, id, ctx.signal);
  const change = { id, connection, plan: promotePlan, command: `nomadctl job promote ${id}` };
  return changeJob({ ...change, would: `Would promote the canaries of ${id}`, done: `${id} is promoted and healthy.` }, input, ctx);
}
