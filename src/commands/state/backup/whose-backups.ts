import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chooseCluster } from '../../../config/current-cluster.js';
import { loadCluster } from '../../../config/load-cluster.js';
import type { Context } from '../../../context.js';
import { isAbort, NomadctlError, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { backupsIn } from '../../../state/backup/backup-manifest.js';
import { besideLock } from '../../../state/lock/beside-lock.js';
import { rootsOf } from '../../../state/roots-of.js';
import { operatorsOf } from '../../../state/state-owner.js';
import { targets } from '../../../targets/index.js';
import { flagOf, type CommandInput, type FlagSpec } from '../../command.js';

/** Of the commands that read backups. */
export const fromFlag: FlagSpec = {
  flag: '--from <folder>',
  summary: "where backups are kept, as --to named it; default: the cluster's folder",
};

/** A cluster and the folder of its backups. */
export interface WhoseBackups {
  readonly name: string;
  readonly paths: ClusterPaths;
  readonly folder: string;
  /** Whether this home knows the cluster. */
  readonly exists: boolean;
}

/**
 * The cluster that a command means. On a computer that knows none, the one of which the folder has backups.
 * @throws UsageError `cluster-unsaid` where it has those of several
 */
export async function whoseBackups(input: CommandInput, ctx: Context, flag: 'from' | 'to' = 'from'): Promise<WhoseBackups> {
  const chosen = await chooseCluster(ctx);
  const given = flagOf(input, flag);
  if (given === undefined) return { ...chosen, ...placeOf(chosen.name, ctx) };
  const place = resolve(given);
  if (flag === 'to' || chosen.exists || chosen.from !== 'default')
    return { ...chosen, ...placeOf(chosen.name, ctx), folder: join(place, chosen.name) };
  const names = await clustersIn(place);
  const [only, ...others] = names;
  if (only === undefined) return { ...chosen, ...placeOf(chosen.name, ctx), folder: join(place, chosen.name) };
  if (others.length === 0) return { name: only, exists: false, ...placeOf(only, ctx), folder: join(place, only) };
  throw new UsageError(`${place} has backups of ${names.join(', ')}`, {
    code: 'cluster-unsaid',
    why: 'this computer knows no cluster, so that nobody can tell which one is meant',
    next: again({ cluster: only }),
  });
}

function placeOf(name: string, { paths }: Context): { paths: ClusterPaths; folder: string } {
  const own = paths.cluster(name);
  return { paths: own, folder: own.backups };
}

async function clustersIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort()) if ((await backupsIn(join(folder, name))).length > 0) found.push(name);
  return found;
}

/** The roots of a cluster with their states, and the lock beside that of this home, as far as its file says where those are. */
export interface StatesThere {
  readonly roots: Awaited<ReturnType<typeof rootsOf>>;
  readonly beside: ReturnType<typeof besideLock>;
  /** Public keys of age, as the settings name the operators. */
  readonly recipients: readonly string[];
}

export async function statesOf(
  { name, paths }: Pick<WhoseBackups, 'name' | 'paths'>,
  { command }: { readonly command: string },
  ctx: Context,
): Promise<StatesThere> {
  try {
    const { cluster } = await loadCluster(ctx, { name, targets });
    const recipients = operatorsOf(cluster);
    return { roots: await rootsOf(ctx, cluster), beside: besideLock(ctx, cluster, command), recipients };
  } catch (error) {
    if (!(error instanceof NomadctlError) || isAbort(error)) throw error;
    return { roots: await rootsOf(ctx, { name, paths }), beside: undefined, recipients: [] };
  }
}

/** @throws UsageError `nothing-to-back-up` for a cluster of which there is nothing */
export function requireCluster({ name, exists }: Pick<WhoseBackups, 'name' | 'exists'>): void {
  if (exists) return;
  throw new UsageError(`there is no cluster ${name} to be backed up`, {
    code: 'nothing-to-back-up',
    why: 'it has neither a file nor a journal here',
    next: nomadctl`list`,
  });
}
