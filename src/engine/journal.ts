import { dirname } from 'node:path';
import type { Json } from '@nomadctl/base/json';
import { ConfigError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { journalProblems } from './journal-problems.js';

/** Raised whenever an older nomadctl could not read what a newer one writes; `migrations` then gets a function. */
const JOURNAL_VERSION = 1;
const KEPT_RUNS = 20;

type Outcome = 'running' | 'succeeded' | 'failed' | 'interrupted';

export interface StepRecord {
  status: Outcome;
  /** Milliseconds since the epoch, as all times here. */
  startedAt: number;
  finishedAt: number;
  fingerprint: Record<string, string>;
  detail: string;
  error?: { code: string; message: string } | undefined;
}

export interface RunRecord {
  id: string;
  plan: string;
  pid: number;
  startedAt: number;
  finishedAt?: number | undefined;
  outcome: Outcome;
}

export interface JournalData {
  version: typeof JOURNAL_VERSION;
  cluster: string;
  state: Record<string, Json | undefined>;
  steps: Record<string, StepRecord>;
  runs: RunRecord[];
}

/**
 * The record of what was done to a cluster, with the state that steps handed on. `update` returns when the change is on
 * disk.
 */
export interface Journal {
  readonly data: Readonly<JournalData>;
  update(change: (data: JournalData) => void): Promise<void>;
}

export function emptyJournal(cluster: string): JournalData {
  return { version: JOURNAL_VERSION, cluster, state: {}, steps: {}, runs: [] };
}

/**
 * Reads a journal; an absent one is empty.
 * @throws ConfigError when the file is torn, empty, older or newer than this nomadctl can read. It is never overwritten then.
 */
export async function readJournal(path: string, cluster: string): Promise<JournalData> {
  const text = await readIfThere(path, (cause) => notReadable(path, cause));
  if (text === undefined) return emptyJournal(cluster);
  const found = parseJson(text, path, cluster);
  const version = typeof found === 'object' && found !== null ? (found as { version?: unknown }).version : undefined;
  if (typeof version !== 'number') throw unreadable({ path, cluster, code: 'journal-damaged' }, 'it has no version');
  if (version !== JOURNAL_VERSION) throw unreadable({ path, cluster, code: 'journal-version' }, versionProblem(version));
  const problems = journalProblems(found);
  if (problems.length > 0) throw unreadable({ path, cluster, code: 'journal-damaged' }, problems.slice(0, 5));
  return found as JournalData;
}

/** Opens a journal for writing. The caller holds the cluster's lock. */
export async function openJournal(path: string, cluster: string): Promise<Journal> {
  const data = await readJournal(path, cluster);
  let writing: Promise<void> = Promise.resolve();
  return {
    data,
    update(change) {
      change(data);
      data.runs.splice(0, Math.max(0, data.runs.length - KEPT_RUNS));
      const text = `${JSON.stringify(data, null, 2)}\n`;
      // Steps run side by side: writes queue up, and the last one holds everything.
      writing = writing.catch(() => undefined).then(() => write(path, text));
      return writing;
    },
  };
}

async function write(path: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, text);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** The error for a home that cannot be written to: full, read-only, or somebody else's. */
export function notWritable(path: string, cause: unknown): PrerequisiteError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why = code === 'ENOSPC' ? 'no space is left on the disk; what was there before is intact' : (cause as Error).message;
  return new PrerequisiteError(`${path} could not be written`, {
    code: code === 'ENOSPC' ? 'disk-full' : 'not-writable',
    why,
    next: code === 'ENOSPC' ? hint`free some space, then ${again()}` : hint`set NOMADCTL_HOME to a folder that you may write to`,
    cause,
  });
}

function notReadable(path: string, cause: unknown): PrerequisiteError {
  return new PrerequisiteError(`${path} could not be read`, { code: 'not-readable', cause, next: shell`ls -ld ${path}` });
}

function parseJson(text: string, path: string, cluster: string): unknown {
  if (text.trim() === '') throw unreadable({ path, cluster, code: 'journal-damaged' }, 'the file is empty');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable({ path, cluster, code: 'journal-damaged' }, `it is not whole JSON: ${(error as Error).message}`);
  }
}

function versionProblem(version: number): string {
  return version > JOURNAL_VERSION
    ? `its version is ${version}, this nomadctl reads ${JOURNAL_VERSION}: a newer nomadctl wrote it`
    : `its version is ${version}, this nomadctl reads ${JOURNAL_VERSION} and knows no way from there`;
}

function unreadable(
  { path, cluster, code }: { path: string; cluster: string; code: 'journal-damaged' | 'journal-version' },
  why: string | readonly string[],
): ConfigError {
  const newer = code === 'journal-version';
  return new ConfigError(`the journal of cluster ${cluster} cannot be read`, {
    code,
    why: [...(typeof why === 'string' ? [why] : why), `left untouched: ${path}`],
    next: newer
      ? hint`use the newer nomadctl, which wrote it`
      : hint`${shell`mv ${path} ${path}.damaged`} && ${again()}: it adopts what is running`,
  });
}
