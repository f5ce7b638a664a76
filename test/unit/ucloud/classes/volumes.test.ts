import { describe, expect, test } from 'vitest';
import { hostsToFurnish } from '../../../../src/ucloud/classes/furnish-hosts.js';
import { attachVolumes, detachVolumes, isVolumeName, volumeDisks } from '../../../../src/ucloud/classes/volumes.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import type { UcloudHost } from '../../../../src/ucloud/ucloud-state.js';
import { volumeDrift } from '../../../../src/targets/ucloud/drift.js';
import { lastRequest, writesTo } from '../../../helpers/described-hosts.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { cloudTime, layHost, ourClient } from '../../../helpers/laid-cluster.js';
import { thrown } from '../../../helpers/thrown.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const settings = ucloudSettings({
  ...{ consulServers: 0, nomadServers: 0, zones: ['cn-bj2-02'] },
  clientClasses: ['default:1 volume=/srv/cache:50 volume=/srv/logs:20:cloud_ssd meta.tier=fast', 'plain:1'],
});
const [wanted] = wantedHosts(settings);

async function scene() {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const id = await layHost(cloud, { Name: 'prod-client-1', Tag: 'nomadctl-prod' });
  cloud.clock.advance(60_000);
  const api = ourClient(cloud);
  const { signal } = new AbortController();
  const host: UcloudHost = { name: 'client-1', role: 'client', id, zone: cloud.credentials.zone, privateIp: '10.81.0.11', imageId: 'i' };
  const place = { api, cluster: 'prod', clock: cloudTime(cloud), signal, line: () => {} };
  if (!wanted) throw new Error('there is no client');
  const disks = () => volumeDisks(api, 'prod', signal);
  const attach = async (to = host) => attachVolumes({ host: to, wanted, disks: await disks() }, place);
  return { cloud, host, place, disks, attach };
}

describe('volumes of a client', () => {
  test('are made and attached once, as the class says, and known by their names', async () => {
    const { cloud, attach, disks } = await scene();
    const devices = (await attach()).map(({ path, device }) => [path, device]);
    expect(devices).toEqual([
      ['/srv/cache', '/dev/vdc'],
      ['/srv/logs', '/dev/vdd'],
    ]);
    const made = (await disks()).map(({ Name, Size, DiskType, Tag, ChargeType, Status }) => [
      Name,
      Size,
      DiskType,
      Tag,
      ChargeType,
      Status,
    ]);
    expect(made.sort()).toEqual([
      ['prod-client-1-volume-srv-cache', 50, 'RSSDDataDisk', 'nomadctl-prod', 'Dynamic', 'InUse'],
      ['prod-client-1-volume-srv-logs', 20, 'SSDDataDisk', 'nomadctl-prod', 'Dynamic', 'InUse'],
    ]);
    const before = lastRequest(cloud);
    expect((await attach()).map(({ device }) => device)).toEqual(['/dev/vdc', '/dev/vdd']);
    expect(writesTo(cloud, before)).toEqual([]);
  });

  test('one that a killed run made is attached, and none is made beside it', async () => {
    const { cloud, attach, disks } = await scene();
    const { UDiskId } = await cloud.ok('CreateUDisk', {
      ...{ Zone: cloud.credentials.zone, Size: 50, Name: 'prod-client-1-volume-srv-cache', Tag: 'nomadctl-prod', DiskType: 'RSSDDataDisk' },
    });
    cloud.clock.advance(60_000);
    await attach();
    expect((await disks()).filter(({ Name }) => Name.endsWith('srv-cache')).map((disk) => disk.UDiskId)).toEqual(UDiskId);
  });

  test('leave a host that is off, and wait for its successor in the same zone', async () => {
    const { cloud, host, place, disks, attach } = await scene();
    await attach();
    await cloud.ok('PoweroffUHostInstance', { UHostId: host.id });
    cloud.clock.advance(60_000);
    await detachVolumes(host, place);
    const ids = (await disks()).map(({ UDiskId, UHostId, Status }) => [UDiskId, UHostId, Status]).sort();
    expect(ids.map(([, of, status]) => [of, status])).toEqual(Array(2).fill(['', 'Available']));
    await cloud.ok('TerminateUHostInstance', { UHostId: host.id, ReleaseUDisk: true });
    const successor = { ...host, id: await layHost(cloud, { Name: 'prod-client-1', Tag: 'nomadctl-prod' }) };
    cloud.clock.advance(60_000);
    await attach(successor);
    expect((await disks()).map(({ UDiskId, UHostId }) => [UDiskId, UHostId]).sort()).toEqual(ids.map(([id]) => [id, successor.id]));
  });

  test('in another zone, or with another host, they are left alone, and it is said', async () => {
    const { host, attach, disks } = await scene();
    await attach();
    const elsewhere = await thrown(() => attach({ ...host, id: 'uhost-other' }));
    expect(elsewhere).toMatchObject({ code: 'volume-elsewhere', why: [`${host.id} has it`] });
    expect(await disks()).toHaveLength(2);
  });
});

test('a client lacks what is not in it, or what it was not told', async () => {
  const { host, attach, disks } = await scene();
  const cluster = { name: 'prod', settings, paths: undefined as never };
  const told = { [host.id]: '/srv/cache /srv/logs meta.tier=fast' };
  const because = async (furnished: Record<string, string>) =>
    hostsToFurnish(
      { cluster, hosts: [host, { ...host, name: 'client-plain-1', id: 'uhost-plain' }], furnished },
      { disks: await disks() },
    ).map((one) => `${one.host.name} ${one.because}`);
  expect(await because(told)).toEqual(['client-1 lacks /srv/cache, /srv/logs']);
  const seen = async () => ({ hosts: [host], volumes: await disks() });
  expect(volumeDrift(cluster, await seen())).toEqual([
    'volume /srv/cache of client-1 is not at UCloud',
    'volume /srv/logs of client-1 is not at UCloud',
  ]);
  await attach();
  expect(await because(told)).toEqual([]);
  expect(volumeDrift(cluster, await seen())).toEqual([]);
  expect(await because({})).toEqual(['client-1 is to have /srv/cache /srv/logs meta.tier=fast']);
  // A class that lost its labels tells those who had them.
  expect(await because({ ...told, 'uhost-plain': 'meta.old=1' })).toEqual(['client-plain-1 is to have nothing more']);
  const without = { ...cluster, settings: { ...settings, clientClasses: ['default:1 volume=/srv/cache:50'] } };
  expect(volumeDrift(without, await seen())).toEqual([
    expect.stringMatching(/^bsm-\w+ \(prod-client-1-volume-srv-logs\) is at UCloud and not in the cluster file$/),
  ]);
});

test.each([
  ['prod-client-1-volume-srv-cache', true],
  ['prod-client-batch-2-volume-srv-cache', true],
  // Data disks that hosts were made with are called as they are, whatever their class is called.
  ['prod-client-volume-1', false],
  ['prod-client-1', false],
  ['prod-eu-client-1-volume-srv-cache', false],
])('%s is the name of a volume of prod: %s', (name, is) => expect(isVolumeName('prod', name)).toBe(is));
