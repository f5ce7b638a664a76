import { describe, expect, test } from 'vitest';
import { hostAddresses } from '../../../../src/ucloud/terraform/addresses.js';
import { assignHosts, type AssignRequest, type ExistingHost } from '../../../../src/ucloud/terraform/assign-hosts.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const sizes = { projectId: 'org-1', allowIp: ['203.0.113.7/32'], consulServers: 1, nomadServers: 1, clients: 2 };

function assign(more: Partial<AssignRequest> = {}) {
  return assignHosts({
    wanted: wantedHosts(ucloudSettings(sizes)),
    existing: [],
    planned: new Map(),
    images: { 'consul-server': 'c2', 'nomad-server': 'n2', 'nomad-client': 'l2' },
    zones: ['z1', 'z2'],
    managementCidr: '10.80.0.0/24',
    clientsCidr: '10.81.0.0/24',
    avoid: new Set(),
    ...more,
  });
}

const ips = (hosts: ReturnType<typeof assign>): Record<string, string> =>
  Object.fromEntries(hosts.map(({ name, privateIp }) => [name, privateIp]));

const there: ExistingHost = {
  ...{ name: 'client-2', id: 'uhost-2', zone: 'z9', privateIp: '10.81.0.40', instanceType: 'o-basic-2', imageId: 'l1' },
  ...{ dataDisk: 20, isolationGroup: 'client-1' },
};

describe('a host', () => {
  test('gets the next free address and the zone of its number', () => {
    expect(ips(assign())).toEqual({
      'consul-server-1': '10.80.0.11',
      'nomad-server-1': '10.80.0.12',
      'client-1': '10.81.0.11',
      'client-2': '10.81.0.12',
    });
    expect(assign().map(({ zone }) => zone)).toEqual(['z1', 'z1', 'z1', 'z2']);
  });

  test('that is there keeps where it is and what it was made from, whatever the settings say', () => {
    expect(assign({ existing: [there] }).at(-1)).toMatchObject({
      zone: 'z9',
      privateIp: '10.81.0.40',
      instanceType: 'o-basic-2',
      imageId: 'l1',
      dataDisk: 20,
    });
  });

  test('that is made anew gets what is new, and an address that nobody has or had', () => {
    const [again] = assign({ existing: [there], replaced: ['client-2'], planned: new Map([['client-2', '10.81.0.40']]) }).slice(-1);
    expect(again).toMatchObject({ imageId: 'l2', instanceType: 'o-standard-4', privateIp: '10.81.0.12', zone: 'z2' });
  });

  test('that was planned and not made keeps its address, for the others know it; not one that is taken', () => {
    const planned = new Map([
      ['client-1', '10.81.0.31'],
      ['client-2', '10.81.0.32'],
    ]);
    expect(ips(assign({ planned, avoid: new Set(['10.81.0.32']) }))).toMatchObject({ 'client-1': '10.81.0.31', 'client-2': '10.81.0.11' });
    expect(ips(assign({ planned: new Map([['client-1', '10.99.0.1']]) }))['client-1']).toBe('10.81.0.11');
  });

  test('for which there is no address left is refused, before anything is made', () => {
    const full = new Set(hostAddresses('10.81.0.0/24'));
    expect(() => assign({ avoid: full })).toThrow(expect.objectContaining({ code: 'subnet-full' }));
  });
});

test('addresses of hosts, without those that a network keeps for itself', () => {
  const all = hostAddresses('10.80.0.0/24');
  expect([all[0], all.at(-1), all.length]).toEqual(['10.80.0.11', '10.80.0.254', 244]);
  expect(hostAddresses('192.168.1.8/29')).toEqual(['192.168.1.11', '192.168.1.12', '192.168.1.13', '192.168.1.14']);
});
