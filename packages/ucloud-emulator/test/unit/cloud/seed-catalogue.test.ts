import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSeed } from '../../../src/cloud/read-seed.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';
import { eip, hostParams, vpc } from '../../helpers/cloud-parts.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';

async function seedFile(content: unknown): Promise<string> {
  const path = join(await tempHome(), 'seed.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

const SEED = {
  images: [
    { name: 'Anolis 8.8 64位', features: ['CloudInit', 'NetEnhanced'] },
    { name: 'Only Here', osName: 'Windows 2019 64位', osType: 'Windows', size: 60, regions: ['hk'] },
  ],
  instanceTypes: [
    { name: 'X1', zones: ['cn-bj2-02'], cpus: [2, 4], memoryPerCpu: [2], disks: [{ boot: 'CLOUD_SSD', data: ['CLOUD_SSD'] }] },
    { name: 'O', cpus: [2], memoryPerCpu: [4] },
  ],
  quotas: { host: 2, eip: 1, vpc: 2 },
  prices: { core: 100, diskGb: { CLOUD_SSD: 2 } },
};

test('a seed adds images, types of machines, quotas and prices, which stay in the folder', async () => {
  const dataDir = await tempHome();
  const { catalogue } = await readSeed(await seedFile(SEED));
  const opened = await dispatchedCloud({ dataDir, catalogue });
  await opened.store.close();
  const cloud = await dispatchedCloud({ dataDir });
  const images = (Region: string): { ImageName: string; ImageSize: number; OsType: string }[] =>
    cloud.ok('DescribeImage', { Region, ImageType: 'Base', Limit: 100 }).ImageSet;
  const added = images('cn-bj2').find(({ ImageName }) => ImageName.startsWith('Anolis'));
  expect(added).toMatchObject({ OsName: 'Anolis 8.8 64位', ImageSize: 20, OsType: 'Linux', Features: ['CloudInit', 'NetEnhanced'] });
  expect(images('cn-bj2').some(({ ImageName }) => ImageName === 'Only Here')).toBe(false);
  expect(images('hk').find(({ ImageName }) => ImageName === 'Only Here')).toMatchObject({ ImageSize: 60, OsType: 'Windows' });

  const types = cloud.ok('DescribeAvailableInstanceTypes', { Zone: 'cn-bj2-02' }).AvailableInstanceTypes;
  expect(types.map(({ Name }: { Name: string }) => Name)).toEqual(['N', 'C', 'OM', 'X1', 'O']);
  expect(types[3]).toMatchObject({
    MachineSizes: [
      {
        Gpu: 0,
        Collection: [
          { Cpu: 2, Memory: [4] },
          { Cpu: 4, Memory: [8] },
        ],
      },
    ],
    Disks: [{ Name: 'cloudDisk', BootDisk: [{ Name: 'CLOUD_SSD' }], DataDisk: [{ Name: 'CLOUD_SSD' }] }],
    CpuPlatforms: { Intel: ['Intel/Auto'], Amd: [], Ampere: [] },
  });
  const elsewhere = cloud.ok('DescribeAvailableInstanceTypes', { Zone: 'cn-bj2-03' }).AvailableInstanceTypes;
  expect(elsewhere.map(({ Name }: { Name: string }) => Name)).not.toContain('X1');

  const asked = { ...hostParams(cloud), MachineType: 'X1', CPU: 2, Memory: 4096 };
  cloud.ok('CreateUHostInstance', asked);
  expect(cloud.call('CreateUHostInstance', { ...asked, MaxCount: 2 })).toMatchObject({ RetCode: 8095, Message: 'Quota of host is 2' });
  cloud.ok('CreateUHostInstance', asked);
  eip(cloud);
  expect(cloud.call('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 2 })).toMatchObject({ RetCode: 4207 });
  vpc(cloud);
  expect(cloud.call('CreateVPC', { Name: 'more', 'Network.0': '172.16.0.0/16' })).toMatchObject({ RetCode: 58003 });

  const size = { Zone: cloud.zone, CPU: 2, Memory: 4096, Count: 1, ChargeType: 'Month', MachineType: 'X1' };
  const disks = { 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 };
  expect(cloud.ok('GetUHostInstancePrice', { ...size, ...disks }).PriceSet[0].Price).toBe(2 * 100 + 4 * 16 + 20 * 2);
});

test("systems that UCloud's own tools and people's files ask for are in every zone", async () => {
  const cloud = await dispatchedCloud();
  const asked = ['CentOS 6.5 64位', 'CentOS 7.1 64位', 'CentOS 7.2 64位', 'CentOS 7.6 64位', '高内核CentOS 7.6 64位'];
  for (const { Region, Zone } of cloud.ok('GetRegion').Regions) {
    const { ImageSet } = cloud.ok('DescribeImage', { Region, Zone, ImageType: 'Base', OsType: 'Linux' });
    const names = ImageSet.map(({ ImageName }: { ImageName: string }) => ImageName);
    expect(names, Zone).toEqual(expect.arrayContaining(asked));
    expect(new Set(ImageSet.map((image: { Zone: string }) => image.Zone))).toEqual(new Set([Zone]));
  }
  const { ImageSet } = cloud.ok('DescribeImage', { Limit: 100 });
  const kernel = ImageSet.find(({ ImageName }: { ImageName: string }) => ImageName.startsWith('高内核'));
  expect(kernel).toMatchObject({ OsName: 'CentOS 7.6 64位', Features: expect.arrayContaining(['RssdAttachable', 'CloudInit']) });
  expect(ImageSet.find(({ ImageName }: { ImageName: string }) => ImageName === 'CentOS 7.6 64位').Features).not.toContain('RssdAttachable');
});

describe('a wrong seed is refused with what is wrong, why, and what to run', () => {
  test.each([
    [{ images: [{ name: 'CentOS 7.9 64位' }] }, 'images.0.name: is an image that is there already (got "CentOS 7.9 64位")'],
    [{ images: [{ name: 'a' }, { name: 'a' }] }, 'images: a is there twice'],
    [{ images: [{ name: 'a', size: 0 }] }, 'images.0.size: Too small: expected number to be >=1 (got 0)'],
    [{ images: [{ name: 'a', regions: ['mars'] }] }, 'images.0.regions.0: is no region (got "mars")'],
    [{ instanceTypes: [{ name: 'x', cpus: [1], memoryPerCpu: [1] }] }, 'instanceTypes.0.name: must look like N or OPRO (got "x")'],
    [{ instanceTypes: [{ name: 'X', zones: ['hk'], cpus: [1], memoryPerCpu: [1] }] }, 'instanceTypes.0.zones.0: is no zone (got "hk")'],
    [{ quotas: { host: -1 } }, 'quotas.host: Too small: expected number to be >=0 (got -1)'],
    [{ quotas: { hosts: 1 } }, 'quotas: Unrecognized key: "hosts"'],
    [{ prices: { core: 'much' } }, 'prices.core: Invalid input: expected number, received string (got "much")'],
  ])('%j', async (content, why) => {
    const path = await seedFile(content);
    await expect(readSeed(path)).rejects.toMatchObject({
      message: `The emulator's seed ${path} is wrong`,
      why: [why],
      next: `nomadctl emulator --seed ${path}`,
    });
  });

  test('keys are not repeated', async () => {
    const keys = [{ publicKey: '', privateKey: '' }];
    const path = await seedFile({ accounts: [{ name: 'a', projects: [{ id: 'org-a', name: 'A' }], keys }] });
    const { why } = (await readSeed(path).catch((error: unknown) => error as { why: string[] })) as { why: string[] };
    expect(why).toHaveLength(2);
    expect(why.join()).not.toContain('got');
  });

  test('no file, and no JSON', async () => {
    const path = await seedFile({});
    expect(await readSeed(path)).toEqual({});
    await writeFile(path, 'no');
    await expect(readSeed(path)).rejects.toMatchObject({ message: `The emulator's seed ${path} is not JSON`, why: [expect.any(String)] });
    await expect(readSeed(`${path}.gone`)).rejects.toMatchObject({ message: `The emulator's seed ${path}.gone can not be read` });
    expect(await readFile(path, 'utf8')).toBe('no');
  });
});
