import { DEFAULT_NAMESPACE, type ClusterConnection } from '../../../cluster/connection.js';
import type { Context } from '../../../context.js';
import type { Exposed } from '../../../exposure/exposure.js';
import { INGRESS } from '../../../exposure/ingress-config.js';
import { findJob } from '../../../jobs/catalogue/find-job.js';
import { inNamespace } from '../../../jobs/parse/in-namespace.js';
import { deployedJobs } from '../../../jobs/report/deployed-jobs.js';
import { endIngressPlan, ingressPlan } from '../../../plans/exposure.js';
import { runJobPlan } from '../../../plans/run-job-plan.js';
import { planDeploy } from '../deploy/deploy-run.js';

interface Serving {
  readonly exposed: Exposed;
  readonly connection: ClusterConnection;
  /** What the user typed. */
  readonly command: string;
}

/** Has the ingress serve what is exposed: it is deployed with the first port, told of others, and ended with the last. */
export async function serveIngress({ exposed, connection: anywhere, command }: Serving, ctx: Context): Promise<void> {
  const connection = inNamespace(anywhere, DEFAULT_NAMESPACE);
  if (exposed.exposures.length === 0) {
    const jobs = await deployedJobs(connection, { namespace: DEFAULT_NAMESPACE, signal: ctx.signal });
    const there = jobs.some(({ id }) => id === INGRESS);
    const subject = { connection, job: { id: INGRESS, options: {} } };
    if (there) await runJobPlan(ctx, { plan: endIngressPlan, subject, command });
    return;
  }
  const source = await findJob(INGRESS, ctx.paths);
  const { run, prepared } = await planDeploy(source, { input: { args: {}, flags: {} }, connection }, ctx);
  await runJobPlan(ctx, { ...run, plan: ingressPlan(exposed), state: prepared, command });
}
