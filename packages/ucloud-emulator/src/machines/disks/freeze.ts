import type { HostContainer } from '../hosts/container.js';
import type { LoopDevice } from './loop-devices.js';

/** A host whose emulator was killed meanwhile must not stand still for longer. */
const LONGEST_SECONDS = 120;

/**
 * Stops writes to a disk that is mounted in a host, so that a copy of it is whole. The host itself lets go after a while,
 * whatever becomes of us; file systems that can not be stopped are written out at least.
 * @param name of the copy.
 * @returns lets go, and answers false when the host had done so already: the copy is torn then.
 */
export async function freeze(container: HostContainer, { major, minor }: LoopDevice, name: string): Promise<() => Promise<boolean>> {
  const token = `/run/nomadctl-${name}`;
  const mounted = `m=$(awk '$3 == "${major}:${minor}" { print $5; exit }' /proc/1/mountinfo)`;
  const guard = `sleep ${LONGEST_SECONDS}; if rm ${token} 2> /dev/null; then fsfreeze --unfreeze "$0"; fi`;
  const stop = `if [ -n "$m" ]; then setsid sh -c '${guard}' "$m" > /dev/null 2>&1 & fsfreeze --freeze "$m" 2> /dev/null; fi`;
  await container.run(['/bin/sh', '-c', `${mounted}; sync; : > ${token}; ${stop}; true`]);
  return async () => {
    const said = await container.run([
      '/bin/sh',
      '-c',
      `${mounted}; rm ${token} 2> /dev/null && echo held; [ -z "$m" ] || fsfreeze --unfreeze "$m" 2> /dev/null; true`,
    ]);
    return said.includes('held');
  };
}
