import { readdir, readFile } from 'node:fs/promises';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';

/** Packer's environment carries it: whoever lost the process finds it again by this. */
export const BUILD_VARIABLE = 'NOMADCTL_BUILD';

/**
 * Processes of builds whose nomadctl was killed, by what it had put into their environment. Packer is several processes, and
 * the first of them may be gone while others go on.
 * Linux only: elsewhere packer ends by itself at the next line that it cannot write, for our end of its output is closed.
 */
export async function leftoverProcesses(marker: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await mapBounded(pids, FILES_AT_ONCE, async (pid) => ((await hasMarker(pid, marker)) ? [Number(pid)] : []));
  return found.flat();
}

/** Takes them away at once: their output is closed, so none can finish what it was at. */
export async function endLeftoverProcesses(marker: string): Promise<number> {
  const pids = await leftoverProcesses(marker);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
  return pids.length;
}

async function hasMarker(pid: string, marker: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').some((entry) => entry.startsWith(`${BUILD_VARIABLE}=${marker}`));
}
