import { runningAgents } from '../../cluster/running-agents.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { namespaceOf } from '../../discovery/record.js';
import { deployedJobs } from '../../jobs/report/deployed-jobs.js';
import { stopPlan } from '../../plans/job-plans.js';
import { runJobPlan } from '../../plans/run-job-plan.js';
import { hasFault } from '../../programs/known-faults.js';

/** Stops a job and has Nomad forget it. Returns whether there was one. May be called again after a kill. */
export async function stopTopologyJob(job: string, connection: ClusterConnection, ctx: Context): Promise<boolean> {
  const known = await deployedJobs(connection, { namespace: namespaceOf(connection), signal: ctx.signal });
  if (!known.some(({ id }) => id === job)) return false;
  const leavesGroups = hasFault(await runningAgents(connection, ctx.signal), 'nomad-stop-one-group');
  await runJobPlan(ctx, {
    plan: stopPlan({ purge: true, leavesGroups }),
    subject: { connection, job: { id: job, options: {} } },
    command: `nomadctl job stop ${job} --purge`,
  });
  return true;
}
