import { expect, test } from 'vitest';
import { hostsAtCloud } from '../../../../src/ucloud/hosts/hosts-at-cloud.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { layHost, ourClient } from '../../../helpers/laid-cluster.js';

test('hosts are known by tag and name, with role, class and both addresses', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const Tag = 'nomadctl-prod';
  const names = ['prod-consul-server-1', 'prod-nomad-server-2', 'prod-client-3', 'prod-client-gpu-a-1'];
  const ids = [];
  for (const Name of names) ids.push(await layHost(cloud, { Name, Tag, Remark: 'made from uimage-one' }));
  await layHost(cloud, { Name: 'prod-client-9', Tag: 'nomadctl-other' });
  await layHost(cloud, { Name: 'something', Tag });
  cloud.clock.advance(60_000);
  const hosts = await hostsAtCloud(ourClient(cloud), 'prod', new AbortController().signal);
  expect(hosts.map(({ name, role, class: kind, id }) => [name, role, kind, id])).toEqual([
    ['consul-server-1', 'consul-server', undefined, ids[0]],
    ['nomad-server-2', 'nomad-server', undefined, ids[1]],
    ['client-3', 'client', 'default', ids[2]],
    ['client-gpu-a-1', 'client', 'gpu-a', ids[3]],
  ]);
  for (const { privateIp, publicIp } of hosts) {
    expect(privateIp).toMatch(/^10\./);
    expect(publicIp).toMatch(/^\d+(\.\d+){3}$/);
    expect(publicIp).not.toBe(privateIp);
  }
});

test('a host that never booted is none', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  cloud.faults.add({ action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' }, count: 1 });
  await layHost(cloud, { Name: 'prod-nomad-server-1', Tag: 'nomadctl-prod' }).catch(() => undefined);
  cloud.clock.advance(600_000);
  expect((await cloud.ok('DescribeUHostInstance')).UHostSet.map(({ State }: { State: string }) => State)).toEqual(['Install Fail']);
  expect(await hostsAtCloud(ourClient(cloud), 'prod', new AbortController().signal)).toEqual([]);
});
