import { expect, test } from 'vitest';
import type { ClusterHost, HostRole } from '../../../../src/cluster/cluster-host.js';
import { doorAddress } from '../../../../src/machines/jump/door-address.js';
import { controlSocket, jumpDestination, jumpWayOf } from '../../../../src/machines/jump/jump-way.js';
import { sshPathsOf } from '../../../../src/machines/ssh-key.js';

const host = (name: string, role: HostRole, publicIp?: string): ClusterHost => ({
  ...{ name, role, id: `uhost-${name}`, privateIp: '10.80.0.11' },
  ...(publicIp === undefined ? {} : { publicIp }),
});
const paths = (jumpHost = '', jumpSshConfig = '') => sshPathsOf({ dir: '/home/ada/clusters/prod' }, { jumpHost, jumpSshConfig });

test('who has a public address is reached at it, and nobody is in between', async () => {
  expect(await jumpWayOf([host('a', 'consul-server', '203.0.113.1')], paths('ops@jump'))).toEqual({ kind: 'direct' });
});

test('of hosts a server comes before a client, and without any nothing is in between', async () => {
  const [hidden, client, server] = [host('b', 'client'), host('c', 'client', '127.0.0.1'), host('s', 'nomad-server', '203.0.113.3')];
  expect(await jumpWayOf([hidden, client, server], paths())).toEqual({ kind: 'server', host: server });
  expect(await jumpWayOf([hidden, client], paths())).toEqual({ kind: 'client', host: client });
  expect(await jumpWayOf([hidden], paths())).toEqual({ kind: 'direct' });
  expect(await jumpWayOf([hidden, client], paths('direct'))).toEqual({ kind: 'direct' });
});

test.each([
  ['jump', { destination: 'jump' }],
  ['ops@jump.example:2222', { destination: 'ops@jump.example', port: '2222' }],
  ['ops@[2001:db8::7]:22', { destination: 'ops@2001:db8::7', port: '22' }],
  ['[2001:db8::7]', { destination: '2001:db8::7' }],
])('jumpHost %s', async (text, parts) => {
  expect(await jumpWayOf([host('a', 'client')], paths(text))).toEqual({ kind: 'given', ...parts });
});

test('ssh is told where to go as its owner would say it', async () => {
  const way = await jumpWayOf([host('a', 'client')], paths('ops@jump:2222', '/home/ada/.ssh/work'));
  if (way.kind !== 'given') throw new Error('it was given');
  expect(jumpDestination(way, paths('ops@jump:2222', '/home/ada/.ssh/work'))).toEqual([
    '-F',
    '/home/ada/.ssh/work',
    '-p',
    '2222',
    'ops@jump',
  ]);
  // A socket's path has 108 characters at most, and ssh adds 17 for a while.
  expect(controlSocket(paths()).length).toBeLessThan(90);
  expect(controlSocket(paths())).not.toBe(controlSocket(sshPathsOf({ dir: '/home/ada/clusters/other' })));
});

test('a door stays where it is, and is nobody else’s', () => {
  const doors = ['10.80.0.11', '10.80.0.12', 'socks'].flatMap((to) => [doorAddress('/a/ssh', to), doorAddress('/b/ssh', to)]);
  expect(new Set(doors).size).toBe(6);
  expect(doors).toEqual(['10.80.0.11', '10.80.0.12', 'socks'].flatMap((to) => [doorAddress('/a/ssh', to), doorAddress('/b/ssh', to)]));
  for (const door of doors) expect(door).toMatch(/^127\.(3[2-9]|[45]\d|6[0-3])\.\d+\.\d+$/);
});
