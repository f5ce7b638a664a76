import { chooseExistingCluster } from '../config/current-cluster.js';
import { loadCluster, type LoadedCluster } from '../config/load-cluster.js';
import type { Context } from '../context.js';
import { readJournal, type JournalData } from '../engine/journal.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../cluster/connection.js';
import { targets as allTargets } from './index.js';
import type { Cluster, Target } from './target.js';

/** A cluster with its target and what its plans handed on: what a command needs to talk to it. */
export interface OpenCluster {
  readonly name: string;
  readonly target: Target;
  readonly cluster: Cluster;
  readonly sources: LoadedCluster['sources'];
  readonly file: LoadedCluster['file'];
  readonly state: Readonly<Record<string, unknown>>;
  readonly journal: JournalData;
  /** @throws PrerequisiteError when it is not up. */
  connection(): Promise<ClusterConnection>;
}

/**
 * Opens the cluster that a command means (`config/current-cluster.ts`), for reading.
 * @throws UsageError for an unknown name, ConfigError for a wrong cluster file or an unreadable journal.
 */
export async function openCluster(ctx: Context, name?: string, targets: readonly Target[] = allTargets): Promise<OpenCluster> {
  const chosen = await chooseExistingCluster(ctx, name);
  const { cluster, sources, file } = await loadCluster(ctx, { name: chosen.name, targets });
  const journal = await readJournal(cluster.paths.journal, cluster.name);
  const target = targets.find(({ id }) => id === cluster.target);
  if (target === undefined) throw new Error(`cluster ${cluster.name} was loaded with a target that is not there: ${cluster.target}`);
  const living = await livingState({ target, cluster }, journal.state, ctx);
  const connection = async (): Promise<ClusterConnection> => {
    const found = await target.connection(cluster, living, ctx);
    if (found) return found;
    throw new PrerequisiteError(`cluster ${cluster.name} is not up`, { code: 'cluster-not-up', next: nomadctl`up ${cluster.name}` });
  };
  return { name: cluster.name, target, cluster, sources, file, state: living, journal, connection };
}

/** What a cluster's plans handed on, with nodes that answer first where the target can tell. */
export async function livingState(
  { target, cluster }: { readonly target: Target; readonly cluster: Cluster },
  state: Partial<object>,
  ctx: Context,
): Promise<Record<string, unknown>> {
  return { ...((await target.livingFirst?.(cluster, state, ctx)) ?? state) };
}
