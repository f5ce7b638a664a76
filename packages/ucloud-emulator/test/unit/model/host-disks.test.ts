import { expect, test } from 'vitest';
import { Refusal } from '../../../src/params/refusal.js';
import { checkDisks, freeDevice, type AskedDisk } from '../../../src/model/host-disks.js';
import { disk, first, host, hostParams, later, stoppedHost } from '../../helpers/cloud-parts.js';
import { builtInTypes, unlistedTypes, type InstanceType } from '../../../src/scope/instance-types.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';

const TYPES = ['CLOUD_SSD', 'CLOUD_RSSD', 'CLOUD_NORMAL', 'CLOUD_ESSD', 'LOCAL_NORMAL', 'LOCAL_SSD'] as const;
const boot = (Type: string, Size = 20): AskedDisk => ({ IsBoot: true, Type, Size });
const data = (Type: string, Size = 20): AskedDisk => ({ IsBoot: false, Type, Size });

function typeNamed(name: string): InstanceType {
  const found = [...builtInTypes, ...unlistedTypes].find((type) => type.name === name);
  if (!found) throw new Error(`no machine type ${name}`);
  return found;
}

/** What a request with these disks is told, for an image of 20 GB; nothing when they are taken. */
function refusal(machineType: string, ...disks: readonly AskedDisk[]): string | undefined {
  try {
    checkDisks(disks, { machineType: typeNamed(machineType), imageSize: 20 });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** The data disks that may stand beside each boot disk: https://docs.ucloud.cn/api/uhost-api/disk_type */
const ANY = [...TYPES];
const RSSD = { CLOUD_RSSD: ['CLOUD_SSD', 'CLOUD_RSSD', 'CLOUD_NORMAL', 'CLOUD_ESSD'] };
test.each<readonly [string, Readonly<Record<string, readonly string[]>>]>([
  ['N', { CLOUD_SSD: ['CLOUD_SSD', 'CLOUD_NORMAL', 'CLOUD_ESSD'], LOCAL_NORMAL: ['LOCAL_NORMAL'], LOCAL_SSD: ['LOCAL_SSD'] }],
  ['C', { CLOUD_SSD: ['CLOUD_SSD', 'CLOUD_ESSD'], LOCAL_SSD: ['LOCAL_SSD'] }],
  ['O', RSSD],
  ['OPRO', RSSD],
  ['G', { CLOUD_SSD: ANY, CLOUD_RSSD: ANY, LOCAL_NORMAL: ANY, LOCAL_SSD: ANY }],
])('machines of type %s take these pairs of disks, and no others', (machineType, pairs) => {
  const taken = TYPES.flatMap((type) => {
    const beside = TYPES.filter((other) => refusal(machineType, boot(type), data(other)) === undefined);
    return beside.length > 0 ? [[type, beside] as const] : [];
  });
  expect(Object.fromEntries(taken)).toEqual(pairs);
  const alone = TYPES.filter((type) => refusal(machineType, boot(type)) === undefined);
  expect(new Set(alone)).toEqual(new Set(Object.keys(pairs)));
});

test.each([
  ['G', boot('CLOUD_SSD', 20), boot('CLOUD_SSD', 19)],
  ['G', boot('CLOUD_SSD', 500), boot('CLOUD_SSD', 501)],
  ['G', boot('LOCAL_SSD', 20), boot('LOCAL_SSD', 21)],
] as const)('on a machine of type %s a boot disk may be %j, and not %j', (machineType, largest, tooLarge) => {
  expect(refusal(machineType, largest)).toBeUndefined();
  expect(refusal(machineType, tooLarge)).toBe(`Boot disk of ${tooLarge.Size} GB does not fit the image of 20 GB`);
});

test.each([
  ['CLOUD_SSD', 8000],
  ['CLOUD_NORMAL', 8000],
  ['CLOUD_RSSD', 32_000],
  ['LOCAL_NORMAL', 2000],
  ['LOCAL_SSD', 1000],
])('a data disk of type %s has at most %i GB', (type, largest) => {
  expect(refusal('G', boot('CLOUD_SSD'), data(type, largest))).toBeUndefined();
  expect(refusal('G', boot('CLOUD_SSD'), data(type, largest + 1))).toBe('Params [Disks.1.Size] not valid: is too large');
});

test('the boot disk may stand anywhere in the list, and comes first', async () => {
  expect(refusal('G', data('CLOUD_SSD'), boot('CLOUD_SSD'))).toBeUndefined();
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud, {
    ...{ 'Disks.0.IsBoot': 'false', 'Disks.0.Size': 30, 'Disks.1.IsBoot': 'true', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 40 },
    ...{ 'Disks.2.IsBoot': 'false', 'Disks.2.Type': 'CLOUD_SSD', 'Disks.2.Size': 50 },
  });
  const { DiskSet } = cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0];
  const shown = DiskSet.map(({ Drive, Size, DiskId }: Record<string, string>) => [Drive, Size, DiskId?.split('-')[0]]);
  expect(shown).toEqual([
    ['/dev/vda', 40, 'bsi'],
    ['/dev/vdb', 30, 'bsm'],
    ['/dev/vdc', 50, 'bsm'],
  ]);
});

test('a new disk is at the first device that is free', () => {
  expect(freeDevice([])).toBe('/dev/vdb');
  expect(freeDevice(['/dev/vda', '/dev/vdb', '/dev/vdd'])).toBe('/dev/vdc');
  const letters = 'bcdefghijklmnopqrstuvwxyz'.split('');
  expect(freeDevice(letters.slice(0, -1).map((letter) => `/dev/vd${letter}`))).toBe('/dev/vdz');
  expect(() => freeDevice(letters.map((letter) => `/dev/vd${letter}`))).toThrow('no free device');
});

test('data disks are refused on a computer that has none, and boot disks are not', async () => {
  const cloud = await dispatchedCloud({ limits: { dataDisks: () => 'no loop devices' } });
  expect(cloud.call('CreateUHostInstance', hostParams(cloud)).RetCode).toBe(0);
});

test('a disk outlives its host, unless it is to go with it; a boot disk does not', async () => {
  const cloud = await dispatchedCloud();
  for (const ReleaseUDisk of [false, true]) {
    const UHostId = stoppedHost(cloud);
    const UDiskId = disk(cloud);
    cloud.ok('AttachUDisk', { Zone: cloud.zone, UDiskId, HostId: UHostId });
    later(cloud);
    cloud.ok('TerminateUHostInstance', { UHostId, ReleaseUDisk });
    const left = cloud.ok('DescribeUDisk').DataSet.map((one: Record<string, string>) => [one['UDiskId'], one['Status'], one['HostId']]);
    expect(left).toEqual(ReleaseUDisk ? [] : [[UDiskId, 'Available', '']]);
    if (!ReleaseUDisk) cloud.ok('DeleteUDisk', { Zone: cloud.zone, UDiskId });
  }
  expect(cloud.ok('DescribeSubnetResource', { SubnetId: first(cloud, 'Subnet') }).TotalCount).toBe(0);
});
