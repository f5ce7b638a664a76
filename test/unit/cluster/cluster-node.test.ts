import { expect, test } from 'vitest';
import { DEFAULT_PORTS } from '../../../src/cluster/agent-ports.js';
import { reachableAt, reachHosts } from '../../../src/cluster/cluster-host.js';
import { clientsOf, nodeAt, nodeOfServer, serversOf, PROGRAMS } from '../../../src/cluster/cluster-node.js';
import { jobName } from '../../../src/cluster/connection.js';
import { apiAddress } from '../../../src/cluster/reach.js';
import { hostNamed } from '../../helpers/servers-double.js';

const hosts = [
  hostNamed('consul-server-1', 'consul-server', '10.81.0.1'),
  { ...hostNamed('nomad-server-1', 'nomad-server', '10.81.0.2'), publicIp: '192.0.2.2' },
  { ...hostNamed('client-1', 'client', '10.81.0.3'), publicIp: '192.0.2.3' },
];
const { nodes } = reachHosts(hosts, {});
const names = (some: readonly { readonly name: string }[]): string[] => some.map(({ name }) => name);

test('a host is a node by its private address, and its server open at the address that it is reached by', () => {
  expect(nodes).toEqual([
    {
      name: 'consul-server-1',
      agents: { consul: 'server' },
      address: '10.81.0.1',
      ports: DEFAULT_PORTS,
      open: { consul: '10.81.0.1' },
    },
    {
      name: 'nomad-server-1',
      agents: { consul: 'client', nomad: 'server' },
      address: '10.81.0.2',
      ports: DEFAULT_PORTS,
      open: { nomad: '192.0.2.2' },
    },
    { name: 'client-1', agents: { consul: 'client', nomad: 'client' }, address: '10.81.0.3', ports: DEFAULT_PORTS, open: {} },
  ]);
  expect(hosts.map(reachableAt)).toEqual(['10.81.0.1', '192.0.2.2', '192.0.2.3']);
});

test('hosts whose cluster has an authority are reached on the ports of TLS alone', () => {
  const cluster = reachHosts(hosts, { ca: { pem: 'certificate', file: '/ca.pem' } });
  const [consulServer, nomadServer] = cluster.nodes;
  if (!consulServer || !nomadServer) throw new Error('there are three');
  expect(cluster.endpoint(consulServer, 'consul').url).toBe('https://10.81.0.1:8501');
  expect(cluster.endpoint(nomadServer, 'nomad').url).toBe('https://192.0.2.2:4646');
});

test('hosts are reached as the environment says', () => {
  const cluster = reachHosts(hosts, { namespace: 'team' });
  expect(cluster.nodes).toEqual(nodes);
  const [consulServer, nomadServer] = nodes;
  if (!consulServer || !nomadServer) throw new Error('there are three');
  expect(cluster.endpoint(consulServer, 'consul')).toEqual({ url: 'http://10.81.0.1:8500' });
  expect(cluster.endpoint(nomadServer, 'nomad')).toEqual({ url: 'http://192.0.2.2:4646', namespace: 'team' });
});

test('agents of other nodes name an agent by the address of its node', () => {
  const [, nomadServer] = nodes;
  if (!nomadServer) throw new Error('there are three');
  expect(PROGRAMS.map((program) => apiAddress(nomadServer, program))).toEqual(['10.81.0.2:8500', '10.81.0.2:4646']);
});

test('servers are of a program, and jobs run on clients of Nomad', () => {
  expect([names(serversOf(nodes, 'consul')), names(serversOf(nodes, 'nomad')), names(clientsOf(nodes))]).toEqual([
    ['consul-server-1'],
    ['nomad-server-1'],
    ['client-1'],
  ]);
});

test.each([
  ['10.81.0.1:8300', 'consul-server-1'],
  ['10.81.0.2:4647', 'nomad-server-1'],
  ['10.81.0.2:4646', '10.81.0.2:4646'],
  ['10.81.0.9:8300', '10.81.0.9:8300'],
  [undefined, undefined],
])('the leader at %s is %s', (leader, name) => {
  expect(nodeAt(leader, nodes)).toBe(name);
});

test.each([
  ['nomad-server-1.global', 'nomad-server-1'],
  ['one.two.eu-west', 'one.two'],
  ['(unknown)', '(unknown)'],
])('Nomad calls a server %s, which is the node %s', (server, node) => {
  expect(nodeOfServer(server)).toBe(node);
});

test("a job is named with its namespace where that is not everybody's", () => {
  expect([jobName({ ID: 'redis', Namespace: 'default' }), jobName({ ID: 'redis', Namespace: 'team' })]).toEqual([
    'redis',
    'redis (namespace team)',
  ]);
});
