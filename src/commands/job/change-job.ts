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
import { outcomeWords } from './outcome-words.js';
import type { Hint } from '@nomadctl/base/hint/hint';

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
  /** What was done, also when the rollout goes on or waits for somebody. */
  readonly begun?: (state: Partial<JobState>) => string;
  /** Nothing to run is an end as good as any. */
  readonly idleIsDone?: boolean;
  /** What has no place waits for it. */
  readonly queue?: boolean;
  /** More for the end, asked for once it is done: facts for `--json`, lines, and what comes next. */
  readonly ending?: (
    state: Partial<JobState>,
  ) => Promise<{ readonly data: object; readonly lines: readonly string[]; readonly next: Hint | undefined }>;
}

/** Runs a plan that changes a deployed job; with `--plan`, only says so. */
export async function changeJob(
  { id, words, connection, plan, command, would, done, begun, idleIsDone = false, queue = false, ending }: JobChange & DeployedJob,
  input: CommandInput,
  ctx: Context,
): Promise<CommandResult> {
  if (input.flags['plan'] === true)
    return { data: { job: id, would, steps: plan.steps.flat().map((step) => step.id) }, text: `${would}. Nothing was changed.` };
  const state = await runJobPlan(ctx, {
    plan,
    subject: { connection, job: { id, options: { ...followOptions(input), queue } } },
    command,
  });
  const { registered, health } = state;
  const outcome = outcomeWords({
    id,
    words,
    registered,
    health,
    done: typeof done === 'string' ? done : done(state),
    begun: begun?.(state),
    idleIsDone,
  });
  const { data, lines, next } = (await ending?.(state)) ?? { data: {}, lines: [], next: outcome.next };
  return {
    data: {
      job: id,
      version: registered?.version,
      outcome: health?.outcome ?? 'done',
      allocations: health?.allocations ?? [],
      ...(health?.queued ? { queued: health.queued } : {}),
      ...data,
    },
    text: [...outcome.said, ...lines].join('\n'),
    next,
  };
}
