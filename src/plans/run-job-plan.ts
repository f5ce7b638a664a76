import type { Context } from '../context.js';
import { openRunLog } from '../engine/run-log.js';
import { runPlan } from '../engine/run-plan.js';
import type { JobState, JobSubject } from '../jobs/job-state.js';
import type { JobPlan } from './job-plans.js';

export interface JobRun {
  readonly plan: JobPlan;
  readonly subject: JobSubject;
  /** What the user typed, for "run this again". */
  readonly command: string;
  /** Values of a plan that ran before. */
  readonly state?: Partial<JobState>;
}

/**
 * Runs a job plan. Jobs keep no journal and take no lock: Nomad itself remembers what was registered, and refuses a
 * change of something that has changed meanwhile.
 */
export async function runJobPlan(ctx: Context, { plan, subject, command, state = {} }: JobRun): Promise<Partial<JobState>> {
  const id = new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-');
  const log = await openRunLog(ctx.paths.cluster(subject.connection.cluster).logs, id, ctx.redact);
  try {
    return (await runPlan(plan, ctx, { subject, command, state, log })).state;
  } finally {
    await log.close();
  }
}

export type Prepared = Partial<JobState> & Required<Pick<JobState, 'nodes' | 'rendered' | 'spec' | 'keptCounts' | 'planned'>>;

/** Reads, renders, parses and plans, without a task list: the answer is what the reader wants to see. */
export async function prepareJob(ctx: Context, { plan, subject, command }: JobRun): Promise<Prepared> {
  return (await runPlan(plan, quietly(ctx), { subject, command })).state as Prepared;
}

type Ui = Context['ui'];

function quietly(ctx: Context): Context {
  const startPlan: Ui['startPlan'] = () => ({ start() {}, line() {}, finish() {}, end() {} });
  return { ...ctx, ui: Object.create(ctx.ui, { startPlan: { value: startPlan } }) as Ui };
}
