import { DEFAULT_NAMESPACE, type ClusterConnection } from '../../../cluster/connection.js';
import type { Context } from '../../../context.js';
import type { Exposed } from '../../../exposure/exposure.js';
import { INGRESS, MESH_CLIENT, meshedServices } from '../../../exposure/ingress-config.js';
import { findJob } from '../../../jobs/catalogue/find-job.js';
import { inNamespace } from '../../../jobs/parse/in-namespace.js';
import { deployedJobs } from '../../../jobs/report/deployed-jobs.js';
import { endIngressPlan, ingressPlan } from '../../../plans/exposure.js';
import { runJobPlan } from '../../../plans/run-job-plan.js';
import { planDeploy, type PlannedDeploy } from '../deploy/deploy-run.js';

export interface Serving {
  readonly before: Exposed;
  readonly exposed: Exposed;
  /** An earlier run did not come to its end. */
  readonly isAgain: boolean;
  readonly connection: ClusterConnection;
}

/**
 * What would have every client serve what is exposed; nothing where nothing is. @throws what the deploy of a job throws before anything is
 * registered, such as PrerequisiteError `program-missing`
 */
export async function planIngress(
  { exposed, connection }: Pick<Serving, 'exposed' | 'connection'>,
  ctx: Context,
): Promise<PlannedDeploy | undefined> {
  if (exposed.exposures.length === 0) return undefined;
  const source = await findJob(INGRESS, ctx.paths);
  const services = meshedServices(exposed);
  const flags = services.length > 0 ? { var: ['mesh=1'] } : {};
  const intentions = services.map((destination) => ({ source: MESH_CLIENT, destination }));
  const meshed = source.kind === 'template' ? { ...source, manifest: { ...source.manifest, intentions } } : source;
  return planDeploy(meshed, { input: { args: {}, flags }, connection: inNamespace(connection, DEFAULT_NAMESPACE) }, ctx);
}

/**
 * Has the ingress serve what is exposed: it is deployed with the first port, told of others, and ended with the last.
 * @param planned nothing where nothing is exposed
 * @param command what the user typed
 */
export async function serveIngress(
  { before, exposed, isAgain, connection: anywhere }: Serving,
  { planned, command }: { readonly planned: PlannedDeploy | undefined; readonly command: string },
  ctx: Context,
): Promise<void> {
  if (planned) {
    const { run, prepared } = planned;
    await runJobPlan(ctx, { ...run, plan: ingressPlan(before, exposed, isAgain), state: prepared, command });
    return;
  }
  const connection = inNamespace(anywhere, DEFAULT_NAMESPACE);
  const jobs = await deployedJobs(connection, { namespace: DEFAULT_NAMESPACE, signal: ctx.signal });
  const isThere = jobs.some(({ id }) => id === INGRESS);
  const subject = { connection, job: { id: INGRESS, options: {} } };
  await runJobPlan(ctx, { plan: endIngressPlan(before, isThere), subject, command });
}
