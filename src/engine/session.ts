import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { AbortError, LockLostError } from '@nomadctl/base/errors';
import type { HeldLock } from '@nomadctl/base/file-lock';
import { again, hint } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { openJournal, type Journal, type RunRecord } from './journal.js';
import { reasonOf } from '@nomadctl/base/reason';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import { removeTemporaries } from '@nomadctl/base/atomic-write';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { acquireLock } from './lock.js';
import { openRunLog, type RunLog } from './run-log.js';

export interface SessionRequest {
  readonly cluster: string;
  readonly paths: ClusterPaths;
  /** What the user typed, for the owner that a second run is told about. */
  readonly command: string;
  /** Begins what stands beside this home where several computers may work on the cluster; is told the run's id. */
  readonly beside?: ((run: string) => Promise<BesideRun>) | undefined;
  /** Runs last, under the lock, when nothing is written any more: `down` deletes the journal with it. */
  readonly afterwards?: () => Promise<void>;
}

/** Another lock on the cluster, and whoever else is told what was done. */
export interface BesideRun extends HeldLock {
  /** After each change of the journal, which waits for it. Never throws. */
  journalled(): Promise<void>;
  /** Aborted, with who has it, when somebody else has the lock, or may have it. Absent: only a person can take it away. */
  readonly lost?: AbortSignal | undefined;
  /** Returns when the lock is held for sure, or `lost` has aborted. Never throws. */
  confirm?(): Promise<void>;
}

export interface Session {
  /** The command's own, with a signal that also aborts when the run has lost its lock: whoever works on the cluster takes this one. */
  readonly ctx: Context;
  readonly journal: Journal;
  readonly log: RunLog;
  /** For what no plan does: returns when the lock is held for sure. A step's record in the journal sees to it by itself. */
  confirm(): Promise<void>;
}

/**
 * Calls `work` as one run over a cluster: with its lock, its journal and a folder for its logs. Records the run in the
 * journal at its start and its end, also when `work` throws.
 * @throws LockedError when another run holds the cluster; LockLostError when one took it over meanwhile; ConfigError when the journal
 * cannot be read.
 */
export async function inSession<T>(ctx: Context, request: SessionRequest, work: (session: Session) => Promise<T>): Promise<T> {
  const { cluster, paths, command } = request;
  const lock = await acquireLock(paths.lock, command, ctx.clock.now());
  const id = new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-');
  let beside: BesideRun | undefined;
  try {
    beside = await request.beside?.(id);
    for (const folder of await writtenFolders(paths)) await removeTemporaries(folder);
    const journal = toldTo(beside, await openJournal(paths.journal, cluster));
    await settleKilled(journal, paths);
    const log = await openRunLog(paths.logs, id, ctx.redact);
    const run: RunRecord = { id, plan: command, pid: process.pid, startedAt: ctx.clock.now(), outcome: 'running' };
    await journal.update((data) => void data.runs.push(run));
    const close = async (outcome: RunRecord['outcome']): Promise<void> => {
      Object.assign(run, { outcome, finishedAt: ctx.clock.now() });
      await journal.update(() => {});
    };
    let result: T;
    try {
      result = await alongside(ctx, beside, (alone) => work({ ctx: alone, journal, log, confirm: () => confirmed(beside) }));
      await close('succeeded');
    } catch (error) {
      // The work's own failure is what must be heard, also when the disk is full and the journal cannot take it.
      await close(error instanceof AbortError || error instanceof LockLostError ? 'interrupted' : 'failed').catch(() => undefined);
      throw error;
    } finally {
      await log.close();
    }
    await request.afterwards?.();
    return result;
  } finally {
    await beside?.release();
    await lock.release();
  }
}

async function confirmed(beside: BesideRun | undefined): Promise<void> {
  await beside?.confirm?.();
  beside?.lost?.throwIfAborted();
}

/**
 * Works on a cluster for as long as the lock beside this home is held: when it is lost, the signal aborts, so that no step begins and what
 * runs is interrupted once, and waited for.
 * @throws LockLostError in place of whatever came of that
 */
export async function alongside<T>(
  ctx: Context,
  beside: Pick<BesideRun, 'lost'> | undefined,
  work: (alone: Context) => Promise<T>,
): Promise<T> {
  const lost = beside?.lost;
  if (!lost) return work(ctx);
  const taken = new AbortController();
  const stop = (): void => taken.abort(new AbortError('Interrupted', 130, { why: reasonOf(lost.reason) }));
  if (lost.aborted) stop();
  lost.addEventListener('abort', stop, { once: true });
  try {
    const result = await work({ ...ctx, signal: anySignal(ctx.signal, taken.signal) });
    lost.throwIfAborted();
    return result;
  } catch (error) {
    if (!lost.aborted || ctx.signal.aborted) throw error;
    throw lockLost(reasonOf(lost.reason), error);
  } finally {
    lost.removeEventListener('abort', stop);
  }
}

function lockLost(who: string, cause: unknown): LockLostError {
  return new LockLostError('this run has lost the lock of the cluster, and has stopped', {
    code: 'lock-lost',
    why: [
      who,
      ...(cause instanceof AbortError && cause.message !== 'Interrupted' ? [cause.message] : []),
      'nothing more was begun; what terraform had made by then is in its state',
    ],
    next: hint`${again()}   continues, once nobody else is at work`,
    cause,
  });
}

function toldTo(beside: BesideRun | undefined, journal: Journal): Journal {
  if (!beside) return journal;
  return {
    data: journal.data,
    async update(change) {
      await journal.update(change);
      await beside.confirm?.();
      await beside.journalled();
    },
  };
}

/** Marks runs and steps that are still "running" as killed: we hold the lock, so nobody runs them. */
async function settleKilled(journal: Journal, { agents }: ClusterPaths): Promise<void> {
  const killed = [...journal.data.runs.map(({ outcome }) => outcome), ...Object.values(journal.data.steps).map(({ status }) => status)];
  if (!killed.includes('running')) return;
  await journal.update(({ runs, steps }) => {
    for (const run of runs) if (run.outcome === 'running') run.outcome = 'interrupted';
    for (const step of Object.values(steps)) if (step.status === 'running') step.status = 'interrupted';
  });
  // Configurations are agents/<node>/<program>/*.json; what is below belongs to the agents.
  const nodes = await foldersIn(agents);
  const programs = await mapBounded(nodes, FILES_AT_ONCE, (node) => foldersIn(node));
  await mapBounded([agents, ...programs.flat()], FILES_AT_ONCE, (folder) => removeTemporaries(folder));
}

/** Where a run that was killed may have left halves of files, but for what belongs to agents. */
async function writtenFolders({ dir }: Pick<ClusterPaths, 'dir'>): Promise<string[]> {
  const terraform = join(dir, 'terraform');
  const roots = await foldersIn(terraform);
  return [dir, terraform, ...roots, ...roots.map((root) => join(root, 'backups'))];
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
