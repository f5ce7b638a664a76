import { shellWord } from '@nomadctl/base/shell-word';
import { HOST_CONFIGS } from '../agents/config/host-files.js';
import { untilBooted } from './first-boot.js';
import type { HostShell } from './host-shell.js';

/** What a client is told besides what it was made from. */
export interface NodeFurniture {
  /** Disks that are in it, each with its place, and its name as a host volume of Nomad's. */
  readonly volumes: readonly { readonly name: string; readonly path: string; readonly device: string }[];
  readonly meta: Readonly<Record<string, string>>;
}

/** Read beside the agent's own file, of a secured cluster too. */
const FILE = `${HOST_CONFIGS.nomad}/class.json`;
const DROP_INS = '/etc/systemd/system/nomad.service.d';
/** Part of every image: templates/packer/host. */
const PREPARE = '/usr/local/lib/nomadctl/prepare-data-disk';

/**
 * Mounts disks, now and after every boot, and tells Nomad's agent of them. Waits for the end of the first boot. A disk is formatted when
 * there is nothing at all on it, and never otherwise. May be repeated: an agent that runs is started anew when something is different;
 * what it runs goes on.
 */
export async function furnishNode(shell: HostShell, { volumes, meta }: NodeFurniture): Promise<void> {
  await shell.run('mounting volumes', [untilBooted(), ...volumes.map(mountScript), `install -d -m 0755 ${DROP_INS}`].join('\n'));
  const client = {
    ...(Object.keys(meta).length > 0 ? { meta } : {}),
    ...(volumes.length > 0 ? { host_volume: volumes.map(({ name, path }) => ({ [name]: [{ path }] })) } : {}),
  };
  // Without the disk in its place, tasks would fill the one of the system.
  const needs = volumes.map(({ path }) => path).join(' ');
  const unit = `# Written by nomadctl.\n[Unit]\nRequiresMountsFor=/opt/nomad ${needs}\n`;
  const changed = [
    await shell.put({ path: FILE, mode: '0640', owner: 'root:root', content: `${JSON.stringify({ client })}\n` }),
    await shell.put({ path: `${DROP_INS}/nomadctl-volumes.conf`, mode: '0644', owner: 'root:root', content: unit }),
  ];
  if (!changed.includes(true)) return;
  // A new one has nothing else to read yet.
  const restart = `if systemctl --quiet is-active nomad; then
  /usr/local/bin/nomad config validate ${HOST_CONFIGS.nomad}
  systemctl --no-block restart nomad
fi`;
  await shell.run('telling Nomad of its class', `systemctl daemon-reload\n${restart}`);
}

/** A disk keeps the owner and mode that somebody gave its top folder, in the next host, too: `prepare-data-disk` goes by those of the place. */
function mountScript({ device, path }: NodeFurniture['volumes'][number]): string {
  const [disk, place] = [shellWord(device), shellWord(path)];
  return `for _ in $(seq 180); do
  if [ -b ${disk} ]; then break; fi
  sleep 1
done
if ! mountpoint --quiet ${place}; then
  install -d -m 0755 ${place}
  look=$(mktemp -d)
  if mount -o ro ${disk} "$look" 2> /dev/null; then
    chown --reference="$look" ${place}
    chmod --reference="$look" ${place}
    umount "$look"
  fi
  rmdir "$look"
fi
${PREPARE} ${disk} ${place}`;
}
