import { statSync } from 'node:fs';
import { isAnswering } from '../clients/probe/is-listening.js';
import { loadCluster } from '../config/load-cluster.js';
import type { Context } from '../context.js';
import { readJournal, type JournalData } from '../engine/journal.js';
import { lockOwner, type LockOwner } from '../engine/lock.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { targets as allTargets } from './index.js';
import { livingState } from './open-cluster.js';
import type { Leftovers, Target } from './target.js';

/** One line of `list`. */
export interface ClusterOverview {
  readonly name: string;
  readonly state: 'up' | 'down' | 'pending' | 'not answering' | 'interrupted' | 'failed' | 'in use' | 'unreadable';
  /** By state: the run that uses the cluster, the interrupted run, what waits to be deleted, or the unreadable file. */
  readonly detail: string;
  readonly target?: string;
  /** "1 server, 2 clients". */
  readonly size?: string;
  readonly nomad?: string;
  readonly consul?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
}

/** What can be said of a cluster at once: its files, its lock, and whether one of Nomad's servers answers. Never throws. */
export async function overviewOf(name: string, ctx: Context, targets: readonly Target[] = allTargets): Promise<ClusterOverview> {
  try {
    return await observe(name, ctx, targets);
  } catch (error) {
    if (error instanceof NomadctlError) return { name, state: 'unreadable', detail: error.message };
    throw error;
  }
}

async function observe(name: string, ctx: Context, targets: readonly Target[]): Promise<ClusterOverview> {
  const { cluster } = await loadCluster(ctx, { name, targets, leaveConflicts: true, isOneOfMany: true });
  const { paths, settings } = cluster;
  const [journal, owner] = await Promise.all([readJournal(paths.journal, name), lockOwner(paths.lock)]);
  const createdAt = birthOf(paths.dir);
  const target = targets.find(({ id }) => id === cluster.target);
  const connection = await target?.connection(cluster, await livingState({ target, cluster }, journal.state, ctx), ctx);
  const answers = connection !== undefined && (await isAnswering(connection.nomad, ctx.signal));
  return {
    name,
    ...stateOf({
      journal,
      owner,
      leftovers: await target?.leftovers?.(cluster, journal.state, ctx.given),
      connected: connection !== undefined,
      answers,
      given: ctx.given,
    }),
    target: cluster.target,
    ...(target ? { size: target.describe(settings) } : {}),
    ...(connection && answers ? { nomad: connection.nomad.url, consul: connection.consul.url } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

interface Facts {
  readonly journal: JournalData;
  readonly owner: LockOwner | undefined;
  readonly leftovers: Leftovers | undefined;
  readonly connected: boolean;
  readonly answers: boolean;
  readonly given: Context['given'];
}

function stateOf({ journal, owner, leftovers, connected, answers, given }: Facts): Pick<ClusterOverview, 'state' | 'detail'> {
  if (owner) return { state: 'in use', detail: `by process ${owner.pid}: ${owner.command}` };
  if (leftovers?.pending !== undefined)
    return {
      state: 'pending',
      detail: [
        `its ${leftovers.pending} is still there`,
        ...(leftovers.next ? [`to delete it: ${renderHint(leftovers.next, given)}`] : []),
      ].join('; '),
    };
  // Runs of jobs come and go; only up and down change what the cluster is.
  const last = journal.runs.filter(({ plan }) => /^nomadctl (up|down)\b/.test(plan)).at(-1);
  // A run that is still "running" and holds no lock was killed.
  if (last?.outcome === 'running' || last?.outcome === 'interrupted') return { state: 'interrupted', detail: last.plan };
  if (last?.outcome === 'failed') return { state: 'failed', detail: last.plan };
  if (answers) return { state: 'up', detail: '' };
  const stopped = !connected || last?.plan.startsWith('nomadctl down');
  return { state: stopped ? 'down' : 'not answering', detail: '' };
}

function birthOf(dir: string): number | undefined {
  try {
    const { birthtimeMs, ctimeMs } = statSync(dir);
    return birthtimeMs || ctimeMs;
  } catch {
    return undefined;
  }
}
