import type { Context } from '../context.js';
import type { Finding } from '../programs/doctor/finding.js';
import { stateFindings } from '../state/doctor/state-findings.js';
import { rootsOf } from '../state/roots-of.js';
import { targetOf } from './index.js';
import type { Cluster } from './target.js';

/** What is wrong with terraform's states of a cluster, wherever it lives. On this computer there are none but that of jobs. */
export async function stateFindingsOf(cluster: Cluster, ctx: Context, how: { readonly ask: boolean }): Promise<readonly Finding[]> {
  const target = targetOf(cluster.target);
  if (target.stateFindings) return target.stateFindings(ctx, cluster, how);
  return stateFindings({ name: cluster.name, paths: cluster.paths, roots: await rootsOf(ctx, cluster), applied: false }, ctx);
}
