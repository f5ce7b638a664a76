import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EmulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';
import {
  canRunMachines,
  createHosts,
  debianImage,
  execIn,
  hostsIn,
  instanceOf,
  leftovers,
  machinesCloud,
  nothingLeft,
  ssh,
  terminate,
} from '../../../../../test/helpers/machines-cloud.js';
import { packerBuild, packerFits } from '../../helpers/packer-build.js';

const can = packerFits && (await canRunMachines());
const PASSWORD = 'Packer_1234';

/** A build that logs in. */
async function build(cloud: EmulatedCloud, inline: readonly string[]) {
  const login = { communicator: 'ssh', ssh_username: 'root', ssh_password: PASSWORD, ssh_timeout: '2m' };
  const builder = { ...login, source_image_id: await debianImage(cloud), boot_disk_type: 'cloud_ssd' };
  return packerBuild(cloud, builder, [{ type: 'shell', inline }]);
}

const kinds = async (cloud: EmulatedCloud): Promise<Record<string, number>> => {
  const { host, disk, eip, image } = (await cloud.control('GET', '/resources')).body.resources;
  return { host, disk, eip, image };
};

test.skipIf(!can)('packer 1.8.6 provisions a host over ssh, and hosts of its image have what it did', async () => {
  const cloud = await machinesCloud();
  const { code, out } = await build(cloud, [
    'echo from packer > /etc/packer',
    'apt-get -q update',
    'apt-get -q -y install --no-install-recommends jq',
  ]);
  expect([await code, (await out).slice(-3000)]).toEqual([0, expect.stringContaining('artifact,0,id,')]);
  expect(await kinds(cloud)).toEqual({ host: 0, disk: 0, eip: 0, image: 1 });
  const [image] = (await cloud.control('GET', '/resources/image')).body.resources;
  expect(await out).toContain(image.id);

  const ids = await createHosts(cloud, { ImageId: image.id });
  const [host] = await hostsIn(cloud, 'Running', ids);
  expect(await ssh(host?.eip ?? '', 'cat /etc/packer; echo 1 | jq .+1')).toBe('from packer\n2\n');
  await expect(ssh(host?.eip ?? '', 'true', { password: PASSWORD })).rejects.toThrow('Permission denied');

  const instance = await instanceOf(cloud);
  await terminate(cloud, ids);
  await cloud.ok('TerminateCustomImage', { ImageId: image.id });
  await nothingLeft(instance);
});

test.skipIf(!can)('packer whose script fails removes its host, and so is the container', async () => {
  const cloud = await machinesCloud();
  const instance = await instanceOf(cloud);
  const { code, out } = await build(cloud, ['echo about to fail', 'exit 7']);
  expect(await code).toBe(1);
  expect(await out).toContain('exit status: 7');
  expect(await kinds(cloud)).toEqual({ host: 0, disk: 0, eip: 0, image: 0 });
  await nothingLeft(instance);
});

test.skipIf(!can)('packer that was killed leaves a host that runs, for others to find and remove', async () => {
  const cloud = await machinesCloud();
  const { code, kill } = await build(cloud, ['touch /root/reached', 'sleep 600']);
  const container = async (): Promise<string> =>
    (await leftovers(await instanceOf(cloud)))
      .find((line) => line.startsWith('container '))
      ?.split(' ')[1]
      ?.slice('/'.length) ?? '';
  const hasReached = async (): Promise<boolean> => {
    const name = await container();
    if (name === '') return false;
    return (await execIn(name, 'test', '-e', '/root/reached').catch(() => undefined))?.exitCode === 0;
  };
  for (let tries = 0; tries < 300 && !(await hasReached()); tries++) await delay(200);
  kill();
  expect(await code).not.toBe(0);
  const { UHostSet } = await cloud.ok('DescribeUHostInstance');
  expect(UHostSet).toMatchObject([{ State: 'Running', Name: expect.stringMatching(/^packer-/) }]);
  const instance = await instanceOf(cloud);
  await terminate(cloud, [UHostSet[0].UHostId]);
  await nothingLeft(instance);
});
