import type { Host } from '../../records/host.js';
import { BOOT_FILES } from '../base/boot-script.js';
import type { LoopDevice } from '../disks/loop-devices.js';
import type { TarEntry } from '../tar.js';
import { hostName } from './container-body.js';

/** A data disk, and the device that it is inside of the host. */
export interface HostDisk extends LoopDevice {
  /** `/dev/vdb` */
  readonly device: string;
}

const SEED = 'var/lib/cloud/seed/nocloud';

/**
 * What a host reads at its next boot: base/root-files.ts for the first ones, cloud-init for the seed, whose user data runs
 * once for each id (https://docs.cloud-init.io/en/22.4.2/reference/datasources/nocloud.html).
 */
export function bootFiles(host: Host, disks: readonly HostDisk[], resolvConf: string): readonly TarEntry[] {
  const { passwordHash = '', publicKey = '' } = host.machine ?? {};
  return [
    { path: `${BOOT_FILES}/id`, content: `${host.id}\n` },
    { path: `${BOOT_FILES}/password`, mode: 0o600, content: passwordHash },
    { path: `${BOOT_FILES}/authorized_key`, mode: 0o600, content: publicKey === '' ? '' : `${publicKey}\n` },
    {
      path: `${BOOT_FILES}/disks`,
      content: disks.map(({ device, major, minor }) => `${device.slice('/dev/'.length)} ${major} ${minor}\n`).join(''),
    },
    { path: `${BOOT_FILES}/resolv.conf`, content: resolvConf },
    { path: `${SEED}/meta-data`, content: `instance-id: ${host.id}\nlocal-hostname: ${hostName(host.name)}\n` },
    { path: `${SEED}/user-data`, mode: 0o600, content: Buffer.from(host.userData, 'base64') },
  ];
}
