import type { Context } from '../../context.js';
import type { JobPlan } from '../../jobs/job-plans.js';
import { runJobPlan } from '../../jobs/run-job-plan.js';
import type { ClusterConnection } from '../../targets/connection.js';
import type { CommandInput, CommandResult } from '../command.js';
import { followOptions } from './job-input.js';

export interface JobChange {
  readonly id: string;
  readonly plan: JobPlan;
  readonly connection: ClusterConnection;
  /** `nomadctl job scale redis web 3`. */
  readonly command: string;
  /** What it would do, for `--plan`. */
  readonly would: string;
  /** What was done, for the end. */
  readonly done: string;
}

/** Runs a plan that changes a deployed job; with `--plan`, only says so. */
export async function changeJob(change: JobChange, input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { id, plan, connection, command, would, done } = change;
  if (input.flags['plan'] === true)
    return { data: { job: id, would, steps: plan.steps.flat().map((step) => step.id) }, text: `${would}. Nothing was changed.` };
  const { registered, health } = await runJobPlan(ctx, {
    plan,
    subject: { connection, job: { id, options: followOptions(input) } },
    command,
  });
  return {
    data: { job: id, version: registered?.version, outcome: health?.outcome ?? 'done', allocations: health?.allocations ?? [] },
    text: `${done}\nNext:  ${ctx.ui.style.accent(`nomadctl job status ${id}`)}`,
  };
}
