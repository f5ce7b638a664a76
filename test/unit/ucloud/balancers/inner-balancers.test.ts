import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isInnerBalancer, observeInnerBalancers } from '../../../../src/ucloud/balancers/inner-balancers.js';
import { checkSettings } from '../../../../src/ucloud/settings/check-settings.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import { assignHosts } from '../../../../src/ucloud/terraform/assign-hosts.js';
import { clusterValues } from '../../../../src/ucloud/terraform/cluster-values.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { layHost, ourClient } from '../../../helpers/laid-cluster.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const settings = ucloudSettings({ innerBalancers: true, consulServers: 1, nomadServers: 3, clients: 1 });
const cluster = { name: 'prod', settings, paths: undefined as never };

test('are before the servers of each program, at the port of its API; without the setting terraform hears nothing of them', () => {
  const hosts = assignHosts({
    ...{ wanted: wantedHosts(settings), existing: [], planned: new Map(), zones: ['cn-bj2-02'], avoid: new Set() },
    images: { 'consul-server': 'c', 'nomad-server': 'n', 'nomad-client': 'l' },
    ...{ managementCidr: '10.80.0.0/24', clientsCidr: '10.81.0.0/24' },
  });
  const network = {
    managementVpcId: 'm',
    managementSubnetId: 's',
    clientVpcId: 'l',
    clientSubnetId: 't',
    managementCidr: '',
    clientCidr: '',
  };
  const valuesOf = (more: object) =>
    clusterValues({ cluster: { ...cluster, settings: { ...settings, ...more } }, network, hosts, sshPublicKeys: [] });
  expect(valuesOf({})['inner_balancers']).toEqual({
    consul: { port: 8501, servers: ['consul-server-1'] },
    nomad: { port: 4646, servers: ['nomad-server-1', 'nomad-server-2', 'nomad-server-3'] },
  });
  expect(valuesOf({ innerBalancers: false })).not.toHaveProperty('inner_balancers');
});

test('are for those whose agents ask for a token', () => {
  const problems = checkSettings({ ...settings, profile: 'poc', acceptInsecure: true }, { name: 'prod' });
  expect(problems).toMatchObject([{ text: expect.stringContaining('innerBalancers is for clusters with profile secure') as string }]);
});

test('are told with what UCloud finds well, and whether they are reached from here', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { ULBId } = await cloud.ok('CreateULB', { ULBName: 'nomadctl-prod-inner-consul', Tag: 'nomadctl-prod', InnerMode: 'Yes' });
  const { VServerId } = await cloud.ok('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 8501, ListenType: 'RequestProxy' });
  const id = await layHost(cloud, { Name: 'prod-consul-server-1' });
  cloud.clock.advance(60_000);
  await cloud.ok('AllocateBackend', { ULBId, VServerId, ResourceType: 'UHost', ResourceId: id, Port: 8501 });
  const server = createServer().listen(8501, '127.63.255.9');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const state = { innerBalancers: { consul: '127.63.255.9', nomad: '127.63.255.10' } };
  const { signal } = new AbortController();
  expect(await observeInnerBalancers(cluster, state, { api: ourClient(cloud), signal })).toEqual([
    { program: 'consul', address: '127.63.255.9', port: 8501, reachable: true, well: 1, servers: 1 },
    { program: 'nomad', address: '127.63.255.10', port: 4646, reachable: false },
  ]);
  expect(await observeInnerBalancers(cluster, {}, { api: undefined, signal })).toEqual([]);
});

test.each([
  ['nomadctl-prod-inner-nomad', true],
  ['nomadctl-prod-ingress-inner', false],
  ['nomadctl-prod-eu-inner-nomad', false],
])('%s is one of prod: %s', (name, is) => expect(isInnerBalancer({ name: 'prod' }, name)).toBe(is));
