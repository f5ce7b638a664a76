import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EmulatedCloud } from './emulated-cloud.js';
import { containerOf, copyFrom, createHosts, execIn, hostsIn } from './machines-cloud.js';
import { tempHome } from './temp-home.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/el9-stand-in.sh', import.meta.url));

export interface El9 {
  /** Id of a custom image, to build on. */
  readonly image: string;
  /** A folder to serve: `rocky` is what `packageMirror` is set to, `docker` what `dockerMirror` is. */
  readonly mirror: string;
}

/** A stand-in for Rocky 9, in a cloud of machines: see the script for what is real of it. */
export async function el9Image(cloud: EmulatedCloud): Promise<El9> {
  const ids = await createHosts(cloud);
  await hostsIn(cloud, 'Running', ids);
  const [host = ''] = ids;
  const container = await containerOf(cloud, host);
  const made = await execIn(container, 'bash', '-c', await readFile(SCRIPT, 'utf8'));
  if (made.exitCode !== 0) throw new Error(`there is no stand-in for Rocky 9: ${made.output}`);
  const home = await tempHome();
  await copyFrom(container, '/srv/mirror', home);
  await execIn(container, 'rm', '-rf', '/srv/mirror');
  await cloud.ok('PoweroffUHostInstance', { UHostId: host });
  await hostsIn(cloud, 'Stopped', ids);
  const { ImageId } = await cloud.ok('CreateCustomImage', { UHostId: host, ImageName: 'Rocky 9' });
  for (;;) {
    const { ImageSet } = await cloud.ok('DescribeImage', { ImageId });
    if (ImageSet[0].State === 'Available') break;
    await delay(50);
  }
  await cloud.ok('TerminateUHostInstance', { UHostId: host, ReleaseEIP: true, ReleaseUDisk: true });
  return { image: ImageId, mirror: join(home, 'mirror') };
}
