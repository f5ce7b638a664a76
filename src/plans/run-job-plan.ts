import type { Context } from '../context.js';
import { isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { recordLoggedRun, type LoggedRun } from '../engine/logged-runs.js';
import { openRunLog } from '../engine/run-log.js';
import { runPlan } from '../engine/run-plan.js';
import type { JobState, JobSubject } from '../jobs/job-state.js';
import { refusalInWords, type Refused } from '../jobs/nomad-refusal.js';
import { inNamespace, jobWords } from '../jobs/parse/in-namespace.js';
import { jobRunDetail } from './job-run-record.js';
import { readPlan, type JobPlan } from './job-plans.js';

export interface JobRun {
  readonly plan: JobPlan;
  readonly subject: JobSubject;
  /** What the user typed, for the history. */
  readonly command: string;
  /** Values of a plan that ran before. */
  readonly state?: Partial<JobState>;
}

/**
 * Runs a job plan. Jobs keep no journal and take no lock: Nomad itself remembers what was registered, and refuses a
 * change of something that has changed meanwhile. A job that was read before is looked for in its own namespace. What was
 * done, and how it ended, is kept beside the logs.
 */
export async function runJobPlan(ctx: Context, { plan, subject, command, state = {} }: JobRun): Promise<Partial<JobState>> {
  const id = new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-');
  const log = await openRunLog(ctx.paths.cluster(subject.connection.cluster).logs, id, ctx.redact);
  const scoped = inNamespaceOf(state, subject);
  const begun: LoggedRun = { id, plan: ctx.redact(command), pid: process.pid, startedAt: ctx.clock.now(), outcome: 'running' };
  // Like the logs: a disk that is full must not end the run that they are about.
  const keep = async (end: Pick<LoggedRun, 'outcome' | 'detail'>): Promise<void> => {
    const finished = end.outcome === 'running' ? {} : { finishedAt: ctx.clock.now() };
    await recordLoggedRun(log.dir, { ...begun, ...end, ...finished }).catch((cause: unknown) => ctx.ui.debug(String(cause)));
  };
  await keep({ outcome: 'running' });
  try {
    const done = (await runPlan(plan, ctx, { subject: scoped, state, log })).state;
    await keep({ outcome: 'succeeded', detail: jobRunDetail(done) });
    return done;
  } catch (error) {
    const failure = refusalInWords(error, refusedOf(state, scoped));
    await keep(isAbort(failure) ? { outcome: 'interrupted' } : { outcome: 'failed', detail: ctx.redact(reasonOf(failure)) });
    throw failure;
  } finally {
    await log.close();
  }
}

export type Prepared = Partial<JobState> &
  Required<Pick<JobState, 'nodes' | 'rendered' | 'spec' | 'notes' | 'keptCounts' | 'planned' | 'intentions' | 'needs' | 'portProblems'>>;

/** Reads and plans, without a task list: the answer is what the reader wants to see. */
export async function prepareJob(ctx: Context, { plan, subject }: Pick<JobRun, 'plan' | 'subject'>): Promise<Prepared> {
  const quiet = quietly(ctx);
  const { state } = await runPlan(readPlan, quiet, { subject });
  const scoped = inNamespaceOf(state, subject);
  try {
    return (await runPlan(plan, quiet, { subject: scoped, state })).state as Prepared;
  } catch (error) {
    throw refusalInWords(error, refusedOf(state, scoped));
  }
}

function refusedOf({ spec }: Partial<JobState>, { job, connection }: JobSubject): Refused {
  const id = spec?.ID ?? job.id ?? job.source?.name ?? '';
  return { id, words: jobWords(id, spec?.Namespace ?? connection.nomad.namespace) };
}

function inNamespaceOf({ spec }: Partial<JobState>, subject: JobSubject): JobSubject {
  return { ...subject, connection: inNamespace(subject.connection, spec?.Namespace) };
}

type Ui = Context['ui'];

function quietly(ctx: Context): Context {
  const startPlan: Ui['startPlan'] = () => ({ start() {}, line() {}, finish() {}, end() {} });
  return { ...ctx, ui: Object.create(ctx.ui, { startPlan: { value: startPlan } }) as Ui };
}
