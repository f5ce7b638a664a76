import { setTimeout as delay } from 'node:timers/promises';
import { bootFiles } from './boot-files.js';
import { diskOf, dataDisksOf } from './host-disks.js';
import type { ContainerState } from './container.js';
import type { HostStep } from './host-step.js';

/** How long a host gets until it takes connections. Systems that were made to need longer are running all the same. */
const SSH_SECONDS = 60;
/** Listening (0A) on port 22, as /proc/net/tcp shows it. */
const SSH_LISTENS = ':0016 00000000:0000 0A|:0016 0{32}:0000 0A';

/**
 * What systemd ends with when it cannot begin. On a computer with many hosts it lacks something that all of them share and
 * that may be free again in a moment: above all inotify instances, of which the kernel gives a user 128 and each host takes several.
 */
const COULD_NOT_BEGIN = 255;
const MOST_STARTS = 4;

/** Starts the container, and waits until somebody can log in. */
export async function powerOn(step: HostStep, state: ContainerState | undefined): Promise<void> {
  if (!state) throw new Error('its container is gone');
  if (!state.isRunning) await firstStart(step);
  for (let starts = 1; ; starts++) {
    const exitCode = await exitCodeInsteadOfLogin(step);
    if (exitCode === undefined) return;
    if (exitCode !== COULD_NOT_BEGIN) throw new Error(`it ended with ${exitCode} as it started`);
    if (starts === MOST_STARTS) {
      throw new Error('its systemd could not begin (255): sysctl -w fs.inotify.max_user_instances=1024 may help, with many hosts');
    }
    await delay(starts * 1000, undefined, { signal: step.signal });
    await step.container.start();
  }
}

async function firstStart({ host, container, loops, view, resolvConf }: HostStep): Promise<void> {
  const disks = await Promise.all(dataDisksOf(host, view).map(async (disk) => ({ ...disk, ...(await loops.attach(disk.id, disk.size)) })));
  await container.write(bootFiles(host, disks, resolvConf));
  await container.start();
  for (const { id } of disks) diskOf(view, id).inUse();
}

/** Waits until the host takes logins. @returns the exit code when the host ended before, undefined when it runs. */
async function exitCodeInsteadOfLogin({ host, container, signal, note }: HostStep): Promise<number | undefined> {
  const wait = `for try in $(seq ${SSH_SECONDS * 10}); do grep -qE '${SSH_LISTENS}' /proc/net/tcp /proc/net/tcp6 && exit; sleep 0.1; done; exit 1`;
  try {
    await container.run(['/bin/sh', '-c', wait], signal);
    return undefined;
  } catch (error) {
    const now = await container.look(signal);
    if (!now) throw new Error('its container went as it started', { cause: error });
    if (!now.isRunning) return now.exitCode;
    note(host.id, `nothing listens on port 22 after ${SSH_SECONDS} s`);
    return undefined;
  }
}
