import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Context } from '../context.js';
import { endProcess } from './agent-process.js';
import { mountsUnder, processesUnder } from './leftovers.js';
import { removeContainersUnder } from './task-containers.js';

/** Ends every process and container that lives off a folder and unmounts what is mounted below it. Returns how many of each there were. */
export async function sweep(
  folder: string,
  { exec, clock }: Pick<Context, 'exec' | 'clock'>,
): Promise<{ processes: number; containers: number; mounts: number }> {
  let processes = 0;
  // A supervisor may start one more while we look, so look again until nothing is left; three rounds suffice.
  for (let round = 0; round < 3; round++) {
    const found = processesUnder(folder);
    if (found.length === 0) break;
    processes += found.length;
    await mapBounded(found, PROCESSES_AT_ONCE, (process) => endProcess(process, 'SIGKILL', { clock, waitMs: 2000 }));
  }
  const containers = await removeContainersUnder(folder);
  const mounts = mountsUnder(folder);
  for (const path of mounts) await exec.run('umount', ['-l', path], { accept: [0, 1, 32] });
  return { processes, containers, mounts: mounts.length };
}
