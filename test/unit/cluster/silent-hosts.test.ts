import { describe, expect, it, test } from 'vitest';
import { isListening } from '../../../src/clients/probe/is-listening.js';
import { portsOfHosts, reachHosts, type ClusterHost } from '../../../src/cluster/cluster-host.js';
import { deadHosts, lastPort, reachable, silentHosts, takesSsh } from '../../../src/cluster/silent-hosts.js';
import { hostNamed, serversDouble, type DoubledServer } from '../../helpers/servers-double.js';
import { thrown } from '../../helpers/thrown.js';

const { signal } = new AbortController();
const ports = portsOfHosts(false);
const interrupted = AbortSignal.abort();

const names = (hosts: Iterable<ClusterHost>): string[] => [...hosts].map(({ name }) => name);
const published = (hosts: readonly ClusterHost[]): ClusterHost[] => hosts.map((host) => ({ ...host, publicIp: host.privateIp }));

/** Servers of Consul that have public addresses. */
async function consulServers(...more: readonly Omit<DoubledServer, 'name'>[]) {
  const { hosts, servers } = await serversDouble(
    'consul-server',
    more.map((one, index) => ({ name: `consul-server-${index + 1}`, ...one })),
  );
  return { hosts: published(hosts), servers };
}

describe('of the hosts with a public address', () => {
  it.each(['consul-server', 'nomad-server'] as const)('those are silent whose last port takes no connection: %s', async (role) => {
    const { hosts } = await serversDouble(role, [{ name: 'one' }, { name: 'two', dead: true }, { name: 'three' }]);
    expect(names(await silentHosts(published(hosts), { ports, signal }))).toEqual(['two']);
  });

  it.each([
    ['plain', false, [8500, 4646, 22]],
    ['secured', true, [8501, 4646, 22]],
  ])('the last port of a client is that of ssh, of others that of the API: %s', (_, secured, wanted) => {
    const roles = ['consul-server', 'nomad-server', 'client'] as const;
    expect(roles.map((role) => lastPort(role, portsOfHosts(secured)))).toEqual(wanted);
  });
});

test('a host without a public address is not asked from here', async () => {
  const { hosts } = await serversDouble('consul-server', [{ name: 'one', dead: true }]);
  expect(await silentHosts(hosts, { ports, signal })).toEqual([]);
  const [one, two] = [hostNamed('one', 'client', '10.81.0.1'), { ...hostNamed('two', 'client', '10.81.0.2'), publicIp: '192.0.2.1' }];
  expect(reachable([one, two])).toEqual([two]);
});

test('ssh is worth a try where it takes connections, and where it goes through a server', async () => {
  const client = hostNamed('client-1', 'client', '127.0.0.1');
  expect(await takesSsh(client, signal)).toBe(true);
  const there = await isListening({ host: '127.0.0.1', port: 22 }, signal);
  expect(await takesSsh({ ...client, publicIp: '127.0.0.1' }, signal)).toBe(there);
});

test('dead are those that do not answer, those that Consul takes for dead, and those that it does not know', async () => {
  const { hosts } = await consulServers({}, { dead: true }, { status: 'failed' }, {});
  const stranger = hostNamed('client-1', 'client', '10.81.0.1');
  const all = [...hosts, stranger];
  expect([...(await deadHosts(all, reachHosts(all, {}), signal))].sort()).toEqual(['client-1', 'consul-server-2', 'consul-server-3']);
});

test('where no Consul can be asked only those are dead that do not answer', async () => {
  const { hosts } = await consulServers({ dead: true });
  const all = [...hosts, hostNamed('client-1', 'client', '10.81.0.1')];
  expect([...(await deadHosts(all, reachHosts(all, {}), signal))]).toEqual(['consul-server-1']);
});

test('an interrupted host is not a silent one', async () => {
  const { hosts } = await consulServers({});
  expect(await thrown(() => silentHosts(hosts, { ports, signal: interrupted }))).toBe(interrupted.reason);
  const hidden = [hostNamed('consul-server-1', 'consul-server', hosts[0]?.privateIp ?? '')];
  expect(await thrown(() => deadHosts(hidden, reachHosts(hidden, {}), interrupted))).toBe(interrupted.reason);
});
