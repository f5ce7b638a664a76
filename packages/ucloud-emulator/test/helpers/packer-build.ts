import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { requireTool } from '../../../../test/helpers/require-tool.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

const packer = requireTool('packer');
/** Whether packer is there, and of a version with the builder: later ones come without it, earlier ones without its fixes. */
export const packerFits =
  packer !== undefined &&
  /v1\.(7\.[3-9]|8\.[0-6])\b/.test(execFileSync(packer, ['version'], { encoding: 'utf8', env: { CHECKPOINT_DISABLE: '1' } }));

export interface Build {
  readonly code: Promise<number | null>;
  readonly out: Promise<string>;
  kill(): void;
}

/** A build with packer's own `ucloud-uhost` builder, without a log-in unless it is given what for. */
export async function packerBuild(cloud: EmulatedCloud, more: object = {}, provisioners: readonly object[] = []): Promise<Build> {
  const home = await tempHome();
  const { publicKey, privateKey, projectId, region, zone } = cloud.credentials;
  const source = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const keys = { public_key: publicKey, private_key: privateKey, project_id: projectId, region, availability_zone: zone };
  const builder = {
    type: 'ucloud-uhost',
    base_url: cloud.url,
    ...keys,
    instance_type: 'n-basic-2',
    source_image_id: source,
    image_name: 'built',
    communicator: 'none',
    ssh_username: 'root',
    ...more,
  };
  await writeFile(join(home, 'template.json'), JSON.stringify({ builders: [builder], provisioners }));
  const env = { PATH: process.env['PATH'], HOME: home, PACKER_CONFIG_DIR: home, TMPDIR: home, CHECKPOINT_DISABLE: '1' };
  // In a group of its own: packer starts itself again, and a kill must reach both.
  const child = spawn(packer ?? '', ['build', '-machine-readable', 'template.json'], {
    cwd: home,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return {
    code: once(child, 'exit').then(([code]) => code as number | null),
    out: text(child.stdout),
    kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL'),
  };
}
