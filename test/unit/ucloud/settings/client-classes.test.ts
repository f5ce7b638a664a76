import { expect, it } from 'vitest';
import { clientClasses, formatClientClass, parseClientClass } from '../../../../src/ucloud/settings/client-classes.js';
import { checkSettings } from '../../../../src/ucloud/settings/check-settings.js';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const WHOLE =
  'batch:2:n-highcpu-8 image=uimage-9 bootDisk=40 bootDiskType=cloud_ssd dataDisk=100 dataDiskType=cloud_normal chargeType=month zones=cn-bj2-03+cn-bj2-04 volume=/srv/cache:50 volume=/data/logs:20:cloud_ssd meta.tier=fast meta.rack=b-7';

it('a word says all that a class has of its own, and is written as it was read', () => {
  const read = parseClientClass(WHOLE);
  expect(read).toEqual({
    ...{ name: 'batch', count: 2, instanceType: 'n-highcpu-8', image: 'uimage-9', bootDisk: 40, bootDiskType: 'cloud_ssd' },
    ...{ dataDisk: 100, dataDiskType: 'cloud_normal', chargeType: 'month', zones: ['cn-bj2-03', 'cn-bj2-04'] },
    volumes: [
      { name: 'srv-cache', path: '/srv/cache', size: 50 },
      { name: 'data-logs', path: '/data/logs', size: 20, type: 'cloud_ssd' },
    ],
    meta: { tier: 'fast', rack: 'b-7' },
  });
  expect(read && formatClientClass(read)).toBe(WHOLE);
});

it('what a class does not say is as for all clients', () => {
  const settings = ucloudSettings({
    consulServers: 0,
    nomadServers: 0,
    clientClasses: ['default:1', 'batch:1 dataDisk=0 chargeType=year'],
  });
  const [plain, batch] = wantedHosts(settings);
  expect(plain).toMatchObject({ name: 'client-1', class: 'default', instanceType: 'o-standard-4', dataDisk: 40, chargeType: 'dynamic' });
  expect(batch).toMatchObject({ name: 'client-batch-1', class: 'batch', instanceType: 'o-standard-4', dataDisk: 0, chargeType: 'year' });
  // The short form is one class called default.
  expect(wantedHosts({ ...settings, clientClasses: [], clients: 1 })).toEqual([plain]);
});

it.each([
  ['batch:1 colour=red', 'of class batch must be one of image, bootDisk,'],
  ['batch:1 fast', '"fast" of class batch must be key=value'],
  ['batch:1 image=a image=b', '"image=b" of class batch is there twice'],
  ['batch:1 image=a/b', 'must be an id'],
  ['batch:1 bootDisk=25', 'between 20 and 500 in steps of 10'],
  ['batch:1 bootDiskType=cloud_normal', 'must be one of cloud_rssd, cloud_ssd, local_ssd, local_normal'],
  ['batch:1 dataDisk=many', 'must be 0, or between 20 and 8000'],
  ['batch:1 zones=a+b+c+d', 'must be three at most'],
  ['batch:1 volume=/etc:100', 'a path below /srv, /mnt or /data'],
  ['batch:1 volume=/srv/../etc:100', 'a path below /srv, /mnt or /data'],
  ['batch:1 volume=/srv/cache', 'must say how many GB'],
  ['batch:1 volume=/srv/cache:0', 'must say how many GB'],
  ['batch:1 volume=/srv/cache:25', 'steps of 10'],
  ['batch:1 volume=/srv/cache:20:local_ssd', 'must end in one of cloud_rssd, cloud_ssd, cloud_normal'],
  ['batch:1 volume=/srv/a:20 volume=/srv/a/b:20', 'takes the place of /srv/a'],
  ['batch:1 volume=/srv/a-b:20 volume=/srv/a/b:20', 'takes the place of /srv/a-b'],
  [`batch:1 ${Array.from({ length: 9 }, (_, index) => `volume=/srv/v${index}:20`).join(' ')}`, '8 at most'],
  ['batch:1 meta.zone=here', 'is said by Nomad itself'],
  ['batch:1 meta.=x', 'must be meta.<key>=<value>'],
])('%s is refused', (word, text) => {
  expect(clientClasses([word])).toContain(text);
  expect(parseClientClass(word)).toBeUndefined();
});

const N = { consulServerType: 'n-basic-2', nomadServerType: 'n-basic-2', clientType: 'n-basic-2', buildType: 'n-basic-2' } as const;
const CLOUD = { ...N, bootDiskType: 'cloud_ssd', dataDiskType: 'cloud_ssd' } as const;
const LOCAL = { ...N, bootDiskType: 'local_ssd', dataDiskType: 'local_ssd' } as const;
const problems = (changes: Partial<UcloudSettings>) => checkSettings(ucloudSettings(changes), { name: 'prod' });

it.each<[Partial<UcloudSettings>]>([
  // Of another family than all else, with the disks that go with it.
  [{ clientClasses: ['default:1', 'old:2:n-basic-2 bootDiskType=cloud_ssd dataDiskType=cloud_ssd'] }],
  [{ ...CLOUD, clientClasses: ['fast:2 bootDiskType=local_ssd'] }],
  [{ ...CLOUD, clientClasses: ['fast:2 bootDiskType=local_ssd dataDisk=1000'] }],
  [LOCAL],
])('%j goes together', (changes) => expect(problems(changes)).toEqual([]));

it.each<[Partial<UcloudSettings>, string, string]>([
  [{ clientClasses: ['old:1:n-basic-2 bootDiskType=local_ssd dataDisk=2000'] }, 'class old', 'local_ssd disks have 1000 GB at most'],
  [{ clientClasses: ['old:1:o-basic-2 bootDiskType=local_ssd'] }, 'class old', 'o-basic-2 boots from cloud_rssd'],
  [{ ...CLOUD, clientClasses: ['old:1 dataDiskType=local_ssd'] }, 'class old', 'has data disks of type cloud_ssd or cloud_normal'],
  [{ ...CLOUD, clientClasses: ['old:1 bootDiskType=local_ssd bootDisk=40'] }, 'class old', 'as large as their image'],
  [{ ...LOCAL, clientDataDisk: 1010 }, 'clientDataDisk 1010', '1000 GB at most'],
])('%j is refused', (changes, text, why) => {
  const [problem, ...others] = problems(changes);
  expect(others).toEqual([]);
  expect(problem?.text).toContain(text);
  expect(problem?.why).toContain(why);
});

it('a name that leaves no room for those of its volumes is refused', () => {
  const classes = [`${'k'.repeat(20)}:1 volume=/srv/${'v'.repeat(20)}:20`];
  expect(problems({ clientClasses: classes })).toMatchObject([{ text: expect.stringContaining('too long a name') as string }]);
});
