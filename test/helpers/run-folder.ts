import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a run of tests keeps what its workers share; made, and removed at the end, by global-setup.ts. */
export const RUN_FOLDER = 'NOMADCTL_TEST_RUN';

/** A folder of the whole run. Without a run, as for a script that uses our helpers: of the process. */
export function runFolder(name: string): string {
  const folder = join(process.env[RUN_FOLDER] ?? join(tmpdir(), `nomadctl-run-${process.pid}`), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
