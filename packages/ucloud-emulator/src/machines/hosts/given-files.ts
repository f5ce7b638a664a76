import type { Host } from '../../records/host.js';
import { GIVEN } from '../base/boot-script.js';
import type { LoopDevice } from '../disks/loop-devices.js';
import type { TarEntry } from '../tar.js';
import { hostName } from './container-body.js';

/** A data disk as the host sees it. */
export interface GivenDisk extends LoopDevice {
  /** `/dev/vdb` */
  readonly device: string;
}

const SEED = 'var/lib/cloud/seed/nocloud';

/**
 * What a host reads at its next boot: base/root-files.ts for the first ones, cloud-init for the seed, whose user data runs
 * once for each id (https://docs.cloud-init.io/en/22.4.2/reference/datasources/nocloud.html).
 */
export function givenFiles(host: Host, disks: readonly GivenDisk[], resolvConf: string): readonly TarEntry[] {
  const { passwordHash = '', publicKey = '' } = host.machine ?? {};
  return [
    { path: `${GIVEN}/id`, content: `${host.id}\n` },
    { path: `${GIVEN}/password`, mode: 0o600, content: passwordHash },
    { path: `${GIVEN}/authorized_key`, mode: 0o600, content: publicKey === '' ? '' : `${publicKey}\n` },
    {
      path: `${GIVEN}/disks`,
      content: disks.map(({ device, major, minor }) => `${device.slice('/dev/'.length)} ${major} ${minor}\n`).join(''),
    },
    { path: `${GIVEN}/resolv.conf`, content: resolvConf },
    { path: `${SEED}/meta-data`, content: `instance-id: ${host.id}\nlocal-hostname: ${hostName(host.name)}\n` },
    { path: `${SEED}/user-data`, mode: 0o600, content: Buffer.from(host.userData, 'base64') },
  ];
}
