import type { Context } from '../../context.js';
import { revertPlan } from '../../jobs/job-plans.js';
import { requireDeployed } from '../../jobs/read-job.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { changeJob } from './change-job.js';
import { connect, followFlags, jobOf, numberOf, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [
    { name: 'job', summary: 'a deployed job', required: true, completes: 'job' },
    { name: 'version', summary: 'the version; default: the newest earlier one that was healthy' },
  ],
  flags: [planFlag, ...followFlags],
  examples: ['nomadctl job revert redis', 'nomadctl job revert redis 2'],
  run: revert,
};

async function revert(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const id = jobOf(input);
  const version = numberOf(wordOf(input, 'version'), 'the version');
  const connection = await connect(ctx);
  await requireDeployed(connection, id, ctx.signal);
  const to = version === undefined ? 'its last healthy version' : `version ${version}`;
  const change = {
    id,
    connection,
    plan: revertPlan(version),
    command: `nomadctl job revert ${id}${version === undefined ? '' : ` ${version}`}`,
  };
  return changeJob({ ...change, would: `Would take ${id} back to ${to}`, done: `${id} is back at ${to}.` }, input, ctx);
}
