import type { Context } from '../../context.js';
import type { JobPlan } from '../../plans/job-plans.js';
import type { JobState } from '../../jobs/job-state.js';
import type { JobReport } from '../../jobs/report/job-report.js';
import { readJob } from '../../jobs/report/read-job.js';
import { runJobPlan } from '../../plans/run-job-plan.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { CommandInput, CommandResult } from '../command.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { connectToJob, followOptions, jobOf } from './job-input.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** A job as it was when a command began. */
export interface DeployedJob {
  readonly id: string;
  /** The job in a command. */
  readonly words: readonly string[];
  readonly connection: ClusterConnection;
  readonly report: JobReport;
}

/** The job that a command is about to change. @throws UsageError `job-unknown`; PrerequisiteError `cluster-not-up` */
export async function deployedJob(input: CommandInput, ctx: Context): Promise<DeployedJob> {
  const id = jobOf(input);
  const connection = await connectToJob(id, input, ctx);
  const report = await readJob(connection, id, ctx.signal);
  return { id, words: jobWords(id, report.namespace), connection, report };
}

export interface JobChange {
  readonly plan: JobPlan;
  /** `nomadctl job scale redis web 3`. */
  readonly command: string;
  /** What it would do, for `--plan`. */
  readonly would: string;
  /** What was done, for the end. */
  readonly done: string | ((state: Partial<JobState>) => string);
  /** More for the end, asked for once it is done: facts for `--json`, lines, and what comes next. */
  readonly ending?: () => Promise<{ readonly data: object; readonly lines: readonly string[]; readonly next: Hint | undefined }>;
}

/** Runs a plan that changes a deployed job; with `--plan`, only says so. */
export async function changeJob(
  { id, words, connection, plan, command, would, done, ending }: JobChange & DeployedJob,
  input: CommandInput,
  ctx: Context,
): Promise<CommandResult> {
  if (input.flags['plan'] === true)
    return { data: { job: id, would, steps: plan.steps.flat().map((step) => step.id) }, text: `${would}. Nothing was changed.` };
  const state = await runJobPlan(ctx, {
    plan,
    subject: { connection, job: { id, options: followOptions(input) } },
    command,
  });
  const { registered, health } = state;
  const said = typeof done === 'string' ? done : done(state);
  const { data, lines, next } = (await ending?.()) ?? { data: {}, lines: [], next: nomadctl`job status ${words}` };
  return {
    data: { job: id, version: registered?.version, outcome: health?.outcome ?? 'done', allocations: health?.allocations ?? [], ...data },
    text: [said, ...lines].join('\n'),
    next,
  };
}
