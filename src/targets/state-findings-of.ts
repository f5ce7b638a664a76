import type { Context } from '../context.js';
import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Finding } from '../programs/doctor/finding.js';
import { stateFindings } from '../state/doctor/state-findings.js';
import { rootsOf } from '../state/roots-of.js';
import { targetOf } from './index.js';
import type { Cluster } from './target.js';

/**
 * What is wrong with terraform's states of a cluster, wherever it lives. On this computer there are none but that of jobs. That nobody
 * can look is a finding, too.
 */
export async function stateFindingsOf(cluster: Cluster, ctx: Context, how: { readonly ask: boolean }): Promise<readonly Finding[]> {
  const { name, paths } = cluster;
  try {
    const target = targetOf(cluster.target);
    if (target.stateFindings) return await target.stateFindings(ctx, cluster, how);
    return await stateFindings({ name, paths, roots: await rootsOf(ctx, cluster), applied: false }, ctx);
  } catch (error) {
    if (!(error instanceof NomadctlError) || isAbort(error)) throw error;
    const found = [error.message, ...error.why].join('; ');
    const line = { id: 'states', title: 'States', found, wanted: 'states that can be read', ok: false, faulty: true };
    return [{ ...line, fix: { command: error.next ?? nomadctl`state backend` } }];
  }
}
