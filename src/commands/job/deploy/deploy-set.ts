import type { ClusterConnection } from '../../../cluster/connection.js';
import type { Context } from '../../../context.js';
import { findJob, type JobSource } from '../../../jobs/catalogue/find-job.js';
import type { JobSet, SetMember } from '../../../jobs/catalogue/job-set.js';
import type { JobState } from '../../../jobs/job-state.js';
import { deployPlan, followPlan } from '../../../plans/job-plans.js';
import { runJobPlan, type JobRun } from '../../../plans/run-job-plan.js';
import type { CommandInput } from '../../command.js';
import { deployLine } from '../job-input.js';
import { planDeploy, type PlannedDeploy } from './deploy-run.js';

interface Member {
  readonly job: string;
  readonly input: CommandInput;
  readonly source: JobSource;
}

type Readied = Member & PlannedDeploy;

/** A job of a set that came to a good end. */
export interface DeployedMember {
  readonly job: string;
  readonly state: Partial<JobState>;
  readonly ms: number;
}

/**
 * Deploys jobs in order. All of a stage are read and planned before one of them is registered, then registered one after the
 * other, and come up side by side.
 * @param input flags of `job deploy` that are about all of them
 * @param connect is called once all jobs were found: what is not there is told without a cluster
 */
export async function deploySet(
  set: JobSet,
  { input, connect }: { readonly input: CommandInput; readonly connect: () => Promise<ClusterConnection> },
  ctx: Context,
): Promise<DeployedMember[]> {
  const stages: Member[][] = [];
  for (const stage of set) stages.push(await found(stage, input, ctx));
  const connection = await connect();
  const done: DeployedMember[] = [];
  for (const stage of stages) done.push(...(await deployStage(stage, connection, ctx)));
  return done;
}

async function found(stage: readonly SetMember[], input: CommandInput, ctx: Context): Promise<Member[]> {
  const members: Member[] = [];
  for (const { job, words } of stage) {
    const source = await findJob(job, ctx.paths);
    members.push({ job, source, input: { args: { job }, flags: { ...input.flags, all: undefined, var: words } } });
  }
  return members;
}

async function deployStage(stage: readonly Member[], connection: ClusterConnection, ctx: Context): Promise<DeployedMember[]> {
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
  const done: DeployedMember[] = [];
  for (const { at, ...one } of begun) {
    const plan = followPlan({ verify: one.input.flags['verify'] !== false && one.run.subject.job.verify !== undefined });
    done.push({ job: one.job, state: await runOne(one, { plan, state: one.state }, ctx), ms: ctx.clock.now() - at });
  }
  return done;
}

function runOne({ job, input, run }: Readied, what: Pick<JobRun, 'plan' | 'state'>, ctx: Context): Promise<Partial<JobState>> {
  return runJobPlan(ctx, { ...run, ...what, command: deployLine(job, input) });
}
