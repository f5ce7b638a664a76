import { expect, test } from 'vitest';
import { swarmHosts, type OverlayHost } from '../../../../src/docker/overlay/overlay-host.js';
import { networkName, requirePassage } from '../../../../src/docker/overlay/overlay-networks.js';
import { thrown } from '../../../helpers/thrown.js';

/** A host whose engine says this, as `docker info --format '{{json .}}'` does. */
function host(name: string, address: string, info: object): OverlayHost {
  const said = JSON.stringify({ Name: name, ServerVersion: '20.10.24', ...info });
  return { name, address, shell: { run: async () => said, put: async () => false, close: async () => undefined } };
}

const IDLE = { Swarm: { LocalNodeState: 'inactive' } };
const MANAGER = {
  Swarm: { LocalNodeState: 'active', ControlAvailable: true, Cluster: { ID: 'one' }, RemoteManagers: [{ Addr: '10.0.0.1:2377' }] },
};
const worker = (of: string) => ({ Swarm: { LocalNodeState: 'active', ControlAvailable: false, RemoteManagers: [{ Addr: `${of}:2377` }] } });

test('hosts of no swarm, and of one', async () => {
  const idle = await swarmHosts([host('a', '10.0.0.1', IDLE), host('b', '10.0.0.2', IDLE)]);
  expect(idle.map(({ isIn }) => isIn)).toEqual([false, false]);
  const one = await swarmHosts([host('a', '10.0.0.1', MANAGER), host('b', '10.0.0.2', worker('10.0.0.1')), host('c', '10.0.0.3', IDLE)]);
  expect(one.map(({ isIn, isManager }) => [isIn, isManager])).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
});

test.each([
  ['no docker', { ServerVersion: undefined }, 'no-docker', /mode = "bridge"/],
  ['the store of the seed', { ClusterStore: 'consul://10.0.0.9:8500' }, 'docker-cluster-store', /no consul/],
  ['a store of its own', { ClusterStore: 'etcd://10.0.0.9:2379' }, 'docker-cluster-store', /exclude each other/],
  ['live-restore', { ...IDLE, LiveRestoreEnabled: true }, 'docker-live-restore', /refuses/],
  ['the name of another', { Name: 'a' }, 'hostnames-same', /every packet/],
  ['another swarm', worker('192.0.2.1'), 'swarm-other', /one swarm at a time/],
])('%s is refused', async (_, info, code, why) => {
  const error = await thrown(() => swarmHosts([host('a', '10.0.0.1', IDLE), host('b', '10.0.0.2', info)]));
  expect(error).toMatchObject({ code, next: expect.anything() });
  expect(error.why.join('\n')).toMatch(why);
});

test.each(['shop', 'a.b-c_1'])('%s is a name', (name) => expect(networkName(name)).toBe(name));
test.each(['', 'Shop', 'bridge', 'host', 'a b', '-a', 'x'.repeat(64)])('"%s" is none', async (name) => {
  expect(await thrown(() => networkName(name))).toMatchObject({ code: 'name-invalid' });
});

test('what is lost is told way by way, with what an encrypted network takes', async () => {
  const ways = [
    { from: 'a', to: 'b', byAddress: 'passes', byName: 'unnamed' },
    { from: 'b', to: 'a', byAddress: 'lost', byName: 'lost' },
    { from: 'c', to: 'a', byAddress: 'passes', byName: 'passes' },
  ] as const;
  const error = await thrown(() => requirePassage({ name: 'shop', encrypted: true }, ways));
  expect(error.why).toEqual([
    'a reaches b by its address, and not by its name: it is not known there',
    'b does not reach a: nothing comes back',
    expect.stringContaining('ESP'),
  ]);
});
