import type { ClusterConnection } from '../../../cluster/connection.js';
import type { Context } from '../../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { findJob, type JobSource } from '../../../jobs/catalogue/find-job.js';
import { readJobSet, type SetMember } from '../../../jobs/catalogue/job-set.js';
import type { JobState } from '../../../jobs/job-state.js';
import { deployPlan, followPlan } from '../../../plans/job-plans.js';
import { runJobPlan, type JobRun } from '../../../plans/run-job-plan.js';
import type { CommandInput, CommandResult } from '../../command.js';
import { planDeploy, type PlannedDeploy } from './deploy-run.js';
import { besideAll, connect, deployLine } from '../job-input.js';

interface Member {
  readonly job: string;
  readonly input: CommandInput;
  readonly source: JobSource;
}

type Readied = Member & PlannedDeploy;
type Done = { readonly job: string; readonly state: Partial<JobState>; readonly ms: number };

/** What is about one job alone. */
const OF_ONE = ['var', 'varFile', 'driver', 'checkIndex', 'via', 'plan', 'detach', 'with'] as const;

/**
 * `job deploy --all <file>`: a set of jobs in order. All of a stage are read and planned before one of them is registered, then
 * registered one after the other, and come up side by side.
 */
export async function deployAll(file: string, input: CommandInput, ctx: Context): Promise<CommandResult> {
  const what = besideAll(input, OF_ONE);
  if (what !== undefined) {
    throw new UsageError(`--all takes its jobs and their variables from ${file}, and no ${what} beside it`, {
      code: 'job-set',
      next: hint`leave it out, or deploy one job: ${nomadctl`job deploy --help`}`,
    });
  }
  const set = await readJobSet(file);
  // What is not there is told before anything is registered.
  const stages: Member[][] = [];
  for (const stage of set) stages.push(await found(stage, input, ctx));
  const connection = await connect(input, ctx);
  const startedAt = ctx.clock.now();
  const done: Done[] = [];
  for (const stage of stages) done.push(...(await deployStage(stage, connection, ctx)));
  const { style } = ctx.ui;
  const rows = done.map(({ job, state, ms }) => [
    style.bold(job),
    state.registered?.unchanged ? 'unchanged' : `version ${state.registered?.version ?? 0}`,
    state.health?.outcome ?? '',
    formatDuration(ms),
    (state.checks ?? []).map(({ title }) => title).join(', '),
  ]);
  const columns = ['JOB', 'REGISTERED', 'OUTCOME', 'TOOK', 'VERIFIED'].map((title) => ({ title }));
  return {
    data: { jobs: done.map(({ job, state, ms }) => ({ job, outcome: state.health?.outcome, checks: state.checks ?? [], ms })) },
    text: `${formatTable(columns, rows, tableLook(ctx.ui))}\n\n${done.length} jobs ${style.dim(`(${formatDuration(ctx.clock.now() - startedAt)})`)}`,
    next: nomadctl`job verify --all`,
  };
}

async function found(stage: readonly SetMember[], input: CommandInput, ctx: Context): Promise<Member[]> {
  const members: Member[] = [];
  for (const { job, words } of stage) {
    const source = await findJob(job, ctx.paths);
    members.push({ job, source, input: { args: { job }, flags: { ...input.flags, all: undefined, var: words } } });
  }
  return members;
}

async function deployStage(stage: readonly Member[], connection: ClusterConnection, ctx: Context): Promise<Done[]> {
  const readied: Readied[] = [];
  for (const member of stage) {
    const planned = await planDeploy(member.source, { input: member.input, connection }, ctx);
    readied.push({ ...member, ...planned });
  }
  const begun: (Readied & { readonly state: Partial<JobState>; readonly at: number })[] = [];
  for (const one of readied) {
    const at = ctx.clock.now();
    const plan = deployPlan({ detach: true, verify: false });
    begun.push({ ...one, at, state: await runOne(one, { plan, state: one.prepared }, ctx) });
  }
  const done: Done[] = [];
  for (const { at, ...one } of begun) {
    const plan = followPlan({ verify: one.input.flags['verify'] !== false && one.run.subject.job.verify !== undefined });
    done.push({ job: one.job, state: await runOne(one, { plan, state: one.state }, ctx), ms: ctx.clock.now() - at });
  }
  return done;
}

function runOne({ job, input, run }: Readied, what: Pick<JobRun, 'plan' | 'state'>, ctx: Context): Promise<Partial<JobState>> {
  return runJobPlan(ctx, { ...run, ...what, command: deployLine(job, input) });
}
