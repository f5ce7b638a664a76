import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { Context } from '../context.js';
import type { Paths } from '@nomadctl/base/paths';
import { listIfThere, readIfThere } from '@nomadctl/base/read-if-there';
import { didYouMean } from '@nomadctl/base/suggest';
import { checkClusterName, clusterNameProblem } from './cluster-name.js';

/** The cluster that a command means, and who said so. */
export interface ChosenCluster {
  readonly name: string;
  readonly from: 'argument' | '--cluster' | 'NOMADCTL_CLUSTER' | 'nomadctl use' | 'the only one' | 'default';
  /** Whether there is a file or a journal of that name. */
  readonly exists: boolean;
}

export const DEFAULT_CLUSTER = 'dev';

type Surroundings = Pick<Context, 'env' | 'paths' | 'global' | 'given'>;

/**
 * Which cluster is meant, strongest first: the name given, `--cluster`, `NOMADCTL_CLUSTER`, the one of `nomadctl use`, the
 * only one there is, `dev`. It need not exist yet.
 * @throws UsageError when the name cannot be one; ConfigError when the folder of clusters, or the choice of `use`, cannot be read.
 */
export async function chooseCluster(ctx: Surroundings, argument?: string): Promise<ChosenCluster> {
  const existing = await clusterNames(ctx.paths);
  const chosen = await strongest(ctx, argument, existing);
  checkClusterName(chosen.name);
  const cluster = { ...chosen, exists: existing.includes(chosen.name) };
  ctx.given.cluster = { name: chosen.name, isUsual: await isUsual(ctx, cluster, existing) };
  return cluster;
}

/**
 * Whether a command without a name means this cluster, whatever becomes of it meanwhile: it may be made, and removed. What
 * NOMADCTL_CLUSTER says may hold for one command only.
 */
async function isUsual({ env, paths }: Surroundings, { name, from, exists }: ChosenCluster, existing: readonly string[]): Promise<boolean> {
  if (env['NOMADCTL_CLUSTER']) return false;
  // A damaged choice is the business of commands that depend on it.
  const current = from === 'nomadctl use' ? name : await currentCluster(paths).catch(() => '');
  if (current !== undefined) return current === name;
  const others = existing.filter((other) => other !== name);
  return others.length === 0 ? exists || name === DEFAULT_CLUSTER : name === DEFAULT_CLUSTER && (exists || others.length > 1);
}

/**
 * As `chooseCluster`, for commands that only make sense on a cluster that is there. `dev` always is: it has defaults.
 * @throws UsageError with a suggestion and the list.
 */
export async function chooseExistingCluster(ctx: Surroundings, argument?: string): Promise<ChosenCluster> {
  const chosen = await chooseCluster(ctx, argument);
  if (chosen.exists || chosen.name === DEFAULT_CLUSTER) return chosen;
  const existing = await clusterNames(ctx.paths);
  const said = chosen.from === 'argument' ? [] : [`${chosen.from} says ${chosen.name}`];
  throw new UsageError(`there is no cluster "${chosen.name}"${didYouMean(chosen.name, existing)}`, {
    code: 'cluster-unknown',
    why: [...said, existing.length === 0 ? 'there are no clusters yet' : `clusters: ${existing.join(', ')}`],
    next: existing.length === 0 ? nomadctl`up ${chosen.name}` : nomadctl`list`,
  });
}

async function strongest(
  ctx: Surroundings,
  argument: string | undefined,
  existing: readonly string[],
): Promise<Omit<ChosenCluster, 'exists'>> {
  if (argument !== undefined) return { name: argument, from: 'argument' };
  if (ctx.global.cluster !== undefined) return { name: ctx.global.cluster, from: '--cluster' };
  const variable = ctx.env['NOMADCTL_CLUSTER'];
  if (variable) return { name: variable, from: 'NOMADCTL_CLUSTER' };
  const current = await currentCluster(ctx.paths);
  if (current !== undefined) return { name: current, from: 'nomadctl use' };
  const [only, ...others] = existing;
  if (only !== undefined && others.length === 0) return { name: only, from: 'the only one' };
  return { name: DEFAULT_CLUSTER, from: 'default' };
}

/** Names of all clusters that have a file or a journal, in alphabetical order. */
export async function clusterNames(paths: Paths): Promise<string[]> {
  const entries = await listIfThere(paths.clusters, 'clusters-unreadable');
  const names = entries.map(({ name }) => name).filter((name) => clusterNameProblem(name) === undefined);
  return names
    .filter((name) => {
      const { file, journal } = paths.cluster(name);
      return isFile(file) || isFile(journal);
    })
    .sort();
}

/**
 * What `nomadctl use` chose, or nothing.
 * @throws ConfigError when that cannot be told: a command, `down` above all, must not take another cluster instead.
 */
async function currentCluster({ currentFile }: Pick<Paths, 'currentFile'>): Promise<string | undefined> {
  const name = (await readIfThere(currentFile))?.trim();
  if (name === undefined || clusterNameProblem(name) === undefined) return name;
  throw new ConfigError(`${currentFile} does not name a cluster`, {
    code: 'current-damaged',
    why: `it holds ${JSON.stringify(name.slice(0, 60))}`,
    next: hint`${nomadctl`list`} && ${nomadctl`use <cluster>`}`,
  });
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw new ConfigError(`${path} cannot be looked for`, { code: 'clusters-unreadable', next: shell`ls -ld ${dirname(path)}`, cause });
  }
}
