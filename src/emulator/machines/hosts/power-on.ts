import { givenFiles } from './given-files.js';
import { diskOf, dataDisksOf } from './host-disks.js';
import type { ContainerState } from './container.js';
import type { HostTurn } from './host-turn.js';

/** How long a host gets until it takes connections. Systems that were made to need longer are running all the same. */
const SSH_SECONDS = 60;
/** Listening (0A) on port 22, as /proc/net/tcp shows it. */
const SSH_LISTENS = ':0016 00000000:0000 0A|:0016 0{32}:0000 0A';

/** Starts the container, and waits until somebody can log in. */
export async function powerOn(turn: HostTurn, state: ContainerState | undefined): Promise<void> {
  const { host, container, loops, world, resolvConf, signal, note } = turn;
  if (!state) throw new Error('its container is gone');
  if (!state.isRunning) {
    const disks = await Promise.all(
      dataDisksOf(host, world).map(async (disk) => ({ ...disk, ...(await loops.attach(disk.id, disk.size)) })),
    );
    await container.write(givenFiles(host, disks, resolvConf));
    await container.start();
    for (const { id } of disks) diskOf(world, id).inUse();
  }
  const wait = `for try in $(seq ${SSH_SECONDS * 10}); do grep -qE '${SSH_LISTENS}' /proc/net/tcp /proc/net/tcp6 && exit; sleep 0.1; done; exit 1`;
  await container.run(['/bin/sh', '-c', wait], signal).catch(async (error: unknown) => {
    const now = await container.look(signal);
    if (!now?.isRunning) throw new Error(`it ended with ${now?.exitCode ?? 'its container'} as it started`, { cause: error });
    note(host.id, `nothing listens on port 22 after ${SSH_SECONDS} s`);
  });
}
