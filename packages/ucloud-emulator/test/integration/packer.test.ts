import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { packerBuild, packerFits } from '../helpers/packer-build.js';

const count = async (cloud: EmulatedCloud, kind: string): Promise<number> =>
  (await cloud.control('GET', '/resources')).body.resources[kind];

test.skipIf(!packerFits)('packer 1.8.6 builds an image and copies it', async () => {
  const cloud = await emulatedCloud({ timeScale: 1000 });
  const { code, out } = await packerBuild(cloud, {
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

test.skipIf(!packerFits)('packer cleans up when the image can not be made', async () => {
  const cloud = await emulatedCloud({ timeScale: 1000 });
  cloud.faults.add({ action: 'CreateCustomImage', effect: { kind: 'ret-code', code: 150, message: 'service unavailable' } });
  const { code, out } = await packerBuild(cloud);
  expect(await code).toBe(1);
  expect(await out).toContain('150 service unavailable');
  expect([await count(cloud, 'host'), await count(cloud, 'image'), await count(cloud, 'eip')]).toEqual([0, 0, 0]);
});

test.skipIf(!packerFits)('a host that packer was killed over stays, for others to find', async () => {
  const cloud = await emulatedCloud({ timeScale: 1 });
  const { code, kill } = await packerBuild(cloud);
  for (let tries = 0; tries < 1000 && (await count(cloud, 'host')) === 0; tries++) await delay(20);
  kill();
  expect(await code).not.toBe(0);
  expect((await cloud.ok('DescribeUHostInstance')).UHostSet).toMatchObject([{ Name: expect.stringMatching(/^packer-/) }]);
});
