import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';

const packer = requireTool('packer');
// Later versions come without the builder, earlier ones without the plugin's fixes.
const fits =
  packer !== undefined &&
  /v1\.(7\.[3-9]|8\.[0-6])\b/.test(execFileSync(packer, ['version'], { encoding: 'utf8', env: { CHECKPOINT_DISABLE: '1' } }));

interface Build {
  readonly code: Promise<number | null>;
  readonly out: Promise<string>;
  kill(): void;
}

/** A build with packer's own `ucloud-uhost` builder. Nobody can log in to a record, so there is no provisioner. */
async function build(cloud: EmulatedCloud, more: object = {}): Promise<Build> {
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
  await writeFile(join(home, 'template.json'), JSON.stringify({ builders: [builder] }));
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

const count = async (cloud: EmulatedCloud, kind: string): Promise<number> =>
  (await cloud.control('GET', '/resources')).body.resources[kind];

test.skipIf(!fits)('packer 1.8.6 builds an image and copies it', async () => {
  const cloud = await emulatedCloud({ timeScale: 1000 });
  const { code, out } = await build(cloud, {
    image_copy_to_mappings: [{ project_id: cloud.credentials.projectId, region: 'cn-sh2', name: 'copied' }],
  });
  expect([await code, (await out).slice(-2000)]).toEqual([0, expect.stringContaining('artifact,0,id,')]);
  const images = (await cloud.control('GET', '/resources/image')).body.resources;
  expect(images).toMatchObject([
    { name: 'built', region: 'cn-bj2', state: 'Available' },
    { name: 'copied', region: 'cn-sh2', state: 'Available' },
  ]);
  for (const { id } of images) expect(await out).toContain(id);
  expect([await count(cloud, 'host'), await count(cloud, 'disk'), await count(cloud, 'eip')]).toEqual([0, 0, 0]);
});

test.skipIf(!fits)('packer cleans up when the image can not be made', async () => {
  const cloud = await emulatedCloud({ timeScale: 1000 });
  cloud.faults.add({ action: 'CreateCustomImage', effect: { kind: 'ret-code', code: 150, message: 'service unavailable' } });
  const { code, out } = await build(cloud);
  expect(await code).toBe(1);
  expect(await out).toContain('150 service unavailable');
  expect([await count(cloud, 'host'), await count(cloud, 'image'), await count(cloud, 'eip')]).toEqual([0, 0, 0]);
});

test.skipIf(!fits)('a host that packer was killed over stays, for others to find', async () => {
  const cloud = await emulatedCloud({ timeScale: 1 });
  const { code, kill } = await build(cloud);
  for (let tries = 0; tries < 1000 && (await count(cloud, 'host')) === 0; tries++) await delay(20);
  kill();
  expect(await code).not.toBe(0);
  expect((await cloud.ok('DescribeUHostInstance')).UHostSet).toMatchObject([{ Name: expect.stringMatching(/^packer-/) }]);
});
