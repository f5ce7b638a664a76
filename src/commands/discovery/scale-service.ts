import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { groupOfService } from '../../discovery/cluster-facts.js';
import { consulName, type Topology } from '../../discovery/topology.js';
import type { GroupReport, JobReport } from '../../jobs/report/job-report.js';
import { refuseUnplaceableCount } from '../../jobs/report/plan-change.js';
import { readJob } from '../../jobs/report/read-job.js';
import { isActive, refuseScale } from '../../jobs/report/refuse-scale.js';
import { scalePlan } from '../../plans/job-plans.js';
import { runJobPlan } from '../../plans/run-job-plan.js';

export interface ScaleOfService {
  readonly connection: ClusterConnection;
  readonly topology: Topology;
  /** In the topology. */
  readonly name: string;
  readonly count: number;
}

export interface Scalable {
  readonly group: GroupReport;
  readonly modifyIndex: number;
  /** It has the count, and is not stopped. */
  readonly isSame: boolean;
}

const SETTLE_MS = 60_000;
const PAUSE_MS = 200;

/** What `job scale` would scale. @throws what it throws where it would be refused */
export async function scalable({ connection, topology, name, count }: ScaleOfService, ctx: Context): Promise<Scalable> {
  const { signal } = ctx;
  const service = consulName(topology, name);
  const groupName = await groupOfService(name, service, { connection, signal });
  const report = await settled(connection, name, ctx);
  const group = report.groups.find((one) => one.name === groupName);
  if (!group)
    throw new OutcomeError(`no group of job ${name} has service ${service}`, {
      code: 'service-unknown',
      why: 'somebody else deployed the job meanwhile, or its template has changed',
      next: nomadctl`discovery up`,
    });
  const isSame = report.status !== 'stopped' && group.count === count;
  if (!isSame) refuseScale({ report, group, count, failDeployment: false });
  if (!isSame && count > group.count) await refuseUnplaceableCount(connection, { id: name, group: group.name, count, signal });
  return { group, modifyIndex: report.modifyIndex, isSame };
}

/** A job once no deployment of it is under way that ends by itself: what was killed while it scaled leaves one behind. */
async function settled(connection: ClusterConnection, name: string, { clock, signal }: Context): Promise<JobReport> {
  const wait = { what: `the end of the deployment of ${name}`, timeoutMs: SETTLE_MS, pauseMs: PAUSE_MS, clock, signal };
  return waitFor({ ...wait, next: nomadctl`job status ${name}` }, async () => {
    const value = await readJob(connection, name, signal);
    const endsByItself =
      isActive(value.deployment) && value.deployment.groups.every(({ canaries, manual, endless }) => canaries === 0 && !manual && !endless);
    return endsByItself ? { observed: `it is ${value.deployment.status}` } : { value };
  });
}

/** Has Nomad scale a service, and follows it until it is healthy. Returns what was there before. */
export async function scaleService(
  scale: ScaleOfService,
  options: { readonly patient?: boolean; readonly timeoutMs?: number },
  ctx: Context,
): Promise<Scalable> {
  const { connection, name, count } = scale;
  const before = await scalable(scale, ctx);
  const { group, modifyIndex, isSame } = before;
  if (!isSame)
    await runJobPlan(ctx, {
      plan: scalePlan(group.name, count, { modifyIndex }),
      subject: { connection, job: { id: name, options } },
      command: `nomadctl job scale ${name} ${group.name} ${count}`,
    });
  return before;
}
