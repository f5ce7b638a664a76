import type { Context } from '../context.js';
import { NomadctlError } from '@nomadctl/base/errors';
import type { ClusterConnection } from '../cluster/connection.js';
import { readJournal } from '../engine/journal.js';
import { livingState } from './open-cluster.js';
import type { Cluster, Target } from './target.js';

/** A connection to a cluster, or what is in its way; neither for a cluster that is not up. */
export interface TriedConnection {
  readonly connection?: ClusterConnection | undefined;
  readonly problem?: NomadctlError;
}

/** For whoever tells problems, and does not end with them. */
export async function tryConnection(ctx: Context, target: Target, cluster: Cluster): Promise<TriedConnection> {
  try {
    const { state } = await readJournal(cluster.paths.journal, cluster.name);
    return { connection: await target.connection(cluster, await livingState({ target, cluster }, state, ctx), ctx) };
  } catch (problem) {
    ctx.signal.throwIfAborted();
    if (problem instanceof NomadctlError) return { problem };
    throw problem;
  }
}
