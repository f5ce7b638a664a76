import type { Context } from '../context.js';
import { AbortError } from '../errors.js';
import type { ClusterPaths } from '../lib/paths.js';
import { openJournal, type Journal, type RunRecord } from './journal.js';
import { acquireLock } from './lock.js';
import { openRunLog, type RunLog } from './run-log.js';

export interface SessionRequest {
  readonly cluster: string;
  readonly paths: ClusterPaths;
  /** What the user typed, for the owner that a second run is told about. */
  readonly command: string;
  /** Runs last, while the lock is still held and nothing is written any more: for `down`, which takes the journal away too. */
  readonly afterwards?: () => Promise<void>;
}

export interface Session {
  readonly journal: Journal;
  readonly log: RunLog;
}

/**
 * One run over one cluster: its lock is held, its journal open and the run recorded in it, its logs in a folder of their
 * own, from before the first step until `work` has ended, however it ends.
 * @throws LockedError when another run holds the cluster; ConfigError when the journal cannot be read.
 */
export async function inSession<T>(ctx: Context, request: SessionRequest, work: (session: Session) => Promise<T>): Promise<T> {
  const { cluster, paths, command } = request;
  const lock = await acquireLock(paths.lock, command, ctx.clock.now());
  try {
    const journal = await openJournal(paths.journal, cluster);
    const id = new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-');
    const log = await openRunLog(paths.logs, id, ctx.redact);
    const run: RunRecord = { id, plan: command, pid: process.pid, startedAt: ctx.clock.now(), outcome: 'running' };
    await journal.update((data) => void data.runs.push(run));
    const close = async (outcome: RunRecord['outcome']): Promise<void> => {
      Object.assign(run, { outcome, finishedAt: ctx.clock.now() });
      await journal.update(() => {});
    };
    let result: T;
    try {
      result = await work({ journal, log });
      await close('succeeded');
    } catch (error) {
      // The work's own failure is what must be heard, also when the disk is full and the journal cannot take it.
      await close(error instanceof AbortError ? 'interrupted' : 'failed').catch(() => undefined);
      throw error;
    } finally {
      await log.close();
    }
    await request.afterwards?.();
    return result;
  } finally {
    await lock.release();
  }
}
