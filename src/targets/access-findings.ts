import type { Context } from '../context.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { withinTime } from '@nomadctl/base/signals/any-signal';
import { readJournal } from '../engine/journal.js';
import type { Finding } from '../programs/doctor/finding.js';
import { livingState } from './open-cluster.js';
import { refusedAccess } from './refused-access.js';
import type { Cluster, Target } from './target.js';

/** Agents that do not answer at all are another finding's business. */
const TIMEOUT_MS = 3000;

/** That a cluster which is there does not let us in, and what lets us in again. None where it does, or does not answer. */
export async function accessFindings(ctx: Context, target: Target, cluster: Cluster): Promise<Finding[]> {
  const refusal = await refusalOf(ctx, target, cluster);
  if (!refusal) return [];
  return [
    {
      id: `access-${cluster.name}`,
      title: `Access to ${cluster.name}`,
      found: [refusal.message, ...refusal.why].join(': '),
      wanted: 'servers that know our tokens, and that we know',
      ok: false,
      optional: true,
      faulty: true,
      ...(refusal.next ? { fix: { command: refusal.next } } : {}),
    },
  ];
}

/** What keeps us from asking is a refusal, too: secrets that are lost, or can be read by others. */
async function refusalOf(ctx: Context, target: Target, cluster: Cluster): Promise<NomadctlError | undefined> {
  try {
    const { state } = await readJournal(cluster.paths.journal, cluster.name);
    const connection = await target.connection(cluster, await livingState({ target, cluster }, state, ctx), ctx);
    return connection && (await refusedAccess(connection, withinTime(ctx.signal, TIMEOUT_MS)));
  } catch (error) {
    ctx.signal.throwIfAborted();
    return error instanceof NomadctlError && error.code.startsWith('secrets-') ? error : undefined;
  }
}
