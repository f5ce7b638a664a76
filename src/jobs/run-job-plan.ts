import type { Context } from '../context.js';
import { runPlan } from '../engine/run-plan.js';
import type { JobState, JobSubject } from '../steps/job/job-state.js';
import type { PlanProgress } from '../ui/ui.js';
import { preparePlan, type JobPlan } from './job-plans.js';

export interface JobRun {
  readonly plan: JobPlan;
  readonly subject: JobSubject;
  /** What the user typed, for "run this again". */
  readonly command: string;
  /** Values of a plan that ran before. */
  readonly state?: Partial<JobState>;
}

/** Runs a job plan. Jobs keep no journal: Nomad itself remembers what was registered. */
export async function runJobPlan(ctx: Context, { plan, subject, command, state = {} }: JobRun): Promise<Partial<JobState>> {
  return (await runPlan(plan, subject, ctx, { command, state })).state;
}

export type Prepared = Partial<JobState> & Required<Pick<JobState, 'nodes' | 'rendered' | 'spec' | 'keptCounts' | 'planned'>>;

/** Reads, renders, parses and plans, without a task list: the answer is what the reader wants to see. */
export async function prepareJob(ctx: Context, subject: JobSubject, command: string): Promise<Prepared> {
  return (await runJobPlan(quietly(ctx), { plan: preparePlan, subject, command })) as Prepared;
}

const silent: PlanProgress = { start() {}, line() {}, finish() {}, end() {} };

function quietly(ctx: Context): Context {
  return { ...ctx, ui: Object.create(ctx.ui, { startPlan: { value: () => silent } }) as Context['ui'] };
}
