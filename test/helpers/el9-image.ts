import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EmulatedCloud } from './emulated-cloud.js';
import { containerOf, copyFrom, createHosts, execIn, hostsIn } from './machines-cloud.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/el9-stand-in.sh', import.meta.url));

/**
 * A stand-in for Rocky 9, in a cloud of machines: see the script for what is real of it. Returns the id of a custom image to build on.
 * @param mirror a folder to serve; `rocky` in it is what `packageMirror` is set to, `docker` what `dockerMirror` is
 */
export async function el9Image(cloud: EmulatedCloud, mirror: string): Promise<string> {
  const ids = await createHosts(cloud);
  await hostsIn(cloud, 'Running', ids);
  const [host = ''] = ids;
  const container = await containerOf(cloud, host);
  const made = await execIn(container, 'bash', '-c', await readFile(SCRIPT, 'utf8'));
  if (made.exitCode !== 0) throw new Error(`there is no stand-in for Rocky 9: ${made.output}`);
  await copyFrom(container, '/srv/mirror/.', mirror);
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
  return ImageId;
}
