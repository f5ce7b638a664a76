import { createWriteStream, type WriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { Redactor } from '@nomadctl/base/redact';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { notWritable } from './journal.js';

const KEPT_RUNS = 20;

/** The log files of one run: one per step, in a folder named after the run. Secrets are masked line by line. */
export interface RunLog {
  /** The folder, for error messages. */
  readonly dir: string;
  write(stepId: string, text: string): void;
  close(): Promise<void>;
}

export async function openRunLog(logs: string, runId: string, redact: Redactor): Promise<RunLog> {
  const dir = join(logs, runId);
  await makeFolder(dir).catch((cause: unknown) => {
    throw notWritable(dir, cause);
  });
  const streams = new Map<string, WriteStream>();
  const streamOf = (stepId: string): WriteStream => {
    let stream = streams.get(stepId);
    if (!stream) {
      stream = createWriteStream(join(dir, `${stepId}.log`), { flags: 'a', mode: 0o600 });
      // A full disk must not end the run that the log is about.
      stream.on('error', () => {});
      streams.set(stepId, stream);
    }
    return stream;
  };
  return {
    dir,
    write: (stepId, text) => void streamOf(stepId).write(`${new Date().toISOString()} ${redact(text)}\n`),
    async close() {
      await mapBounded(
        streams.values(),
        FILES_AT_ONCE,
        (stream) => new Promise<void>((resolve) => stream.end(() => resolve()).on('error', () => resolve())),
      );
      await removeOldRuns(logs);
    },
  };
}

/** Run ids begin with the time, so their order is the order of the runs. */
async function removeOldRuns(logs: string): Promise<void> {
  const runs = (await readdir(logs).catch(() => [])).sort();
  await mapBounded(runs.slice(0, Math.max(0, runs.length - KEPT_RUNS)), FILES_AT_ONCE, (run) =>
    rm(join(logs, run), { recursive: true, force: true }),
  );
}
