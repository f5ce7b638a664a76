import { findJob, type JobSource } from '../../src/jobs/catalogue/find-job.js';
import { deployPlan, prepareDeployPlan, type JobPlan } from '../../src/plans/job-plans.js';
import { prepareJob, runJobPlan, type Prepared } from '../../src/plans/run-job-plan.js';
import type { JobState, RolloutOptions } from '../../src/jobs/job-state.js';
import type { ClusterConnection } from '../../src/cluster/connection.js';
import type { Context } from '../../src/context.js';

export interface DeployRequest {
  readonly ctx: Context;
  readonly connection: ClusterConnection;
  readonly source: JobSource;
  readonly options?: RolloutOptions;
  readonly words?: readonly string[];
  readonly detach?: boolean;
  readonly verify?: boolean;
  readonly via?: 'api' | 'terraform';
  /** Runs between planning and registering. */
  readonly meanwhile?: () => Promise<void>;
}

/** A job file as a source, without writing it. */
export function hclSource(text: string): JobSource {
  return { kind: 'file', name: 'test.nomad.hcl', path: 'test.nomad.hcl', text };
}

export const templateSource = (ctx: Context, name: string): Promise<JobSource> => findJob(name, ctx.paths);

function subjectOf({ connection, source, words = [], options = {} }: DeployRequest) {
  const { verify, intentions } = source.kind === 'template' ? source.manifest : {};
  return { connection, job: { source, variables: { words, files: [] }, verify, intentions, options } };
}

export function planned(request: DeployRequest, plan: JobPlan = prepareDeployPlan): Promise<Prepared> {
  return prepareJob(request.ctx, { plan, subject: subjectOf(request) });
}

/** What `nomadctl job deploy` does, without its output. */
export async function deploy(request: DeployRequest): Promise<Partial<JobState>> {
  const state = await planned(request);
  await request.meanwhile?.();
  const plan = deployPlan({ detach: request.detach ?? false, verify: request.verify ?? true, via: request.via ?? 'api' });
  return runJobPlan(request.ctx, { plan, subject: subjectOf(request), command: 'nomadctl job deploy test', state });
}
