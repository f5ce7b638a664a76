import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { listIfThere, readIfThere } from '@nomadctl/base/read-if-there';
import type { RunRecord } from './journal.js';

/** A run that takes no lock, and so has no place in the journal: its record lies with its logs. */
export interface LoggedRun extends RunRecord {
  /** What came of it, in a few words. */
  readonly detail?: string;
}

const FILE = 'run.json';

/** Keeps the record of a run in the folder of its logs, for its owner alone. */
export async function recordLoggedRun(dir: string, run: LoggedRun): Promise<void> {
  await writeFileAtomic(join(dir, FILE), `${JSON.stringify(run, null, 2)}\n`);
}

/** The records in a folder of logs, in no order. What is torn is left out: it tells nothing that somebody could build on. */
export async function loggedRuns(logs: string): Promise<LoggedRun[]> {
  const folders = await listIfThere(logs, 'logs-unreadable');
  const runs = await mapBounded(
    folders.map(({ name }) => name),
    FILES_AT_ONCE,
    async (name) => parsed(await readIfThere(join(logs, name, FILE))),
  );
  return runs.flatMap((run) => run ?? []);
}

function parsed(text: string | undefined): LoggedRun | undefined {
  if (text === undefined) return undefined;
  try {
    const run = JSON.parse(text) as Partial<LoggedRun> | null;
    return typeof run?.plan === 'string' && typeof run.startedAt === 'number' ? (run as LoggedRun) : undefined;
  } catch {
    return undefined;
  }
}
