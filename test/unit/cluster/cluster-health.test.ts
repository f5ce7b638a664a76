import { describe, expect, test } from 'vitest';
import { consulProblem, nomadProblem, healthProblem } from '../../../src/cluster/cluster-health.js';
import { reach } from '../../../src/cluster/reach.js';
import { thrown } from '../../helpers/thrown.js';
import {
  ALIVE,
  FAILED,
  KEYS,
  LEADER,
  LEFT,
  MEMBERS,
  NODES,
  RAFT,
  member,
  peer,
  server,
  wholeCluster,
  type WholeCluster,
} from '../../helpers/whole-cluster.js';

const signal = new AbortController().signal;
test('a whole cluster lacks nothing', async () => {
  expect(await healthProblem((await wholeCluster()).cluster, signal)).toBeUndefined();
});

/** What is wrong, how it becomes so, and what is said about it. */
type Problem = readonly [string, (scene: WholeCluster) => unknown, string | ((scene: WholeCluster) => string)];

const consulProblems: readonly Problem[] = [
  ['a server sees no leader', ({ two }) => (two.consul[LEADER] = ''), 'server-2 sees no leader of Consul'],
  ["a client's agent sees no leader", ({ client }) => (client.consul[LEADER] = ''), 'client-1 sees no leader of Consul'],
  [
    'an agent does not answer',
    ({ two }) => (two.consul[LEADER] = 500),
    ({ two }) => `server-2 does not answer at http://127.0.0.1:${two.node.ports.consulHttp} from here: No cluster leader`,
  ],
  [
    'a server does not vote yet',
    ({ one }) => (one.consul[RAFT] = { Servers: [peer('server-1'), peer('server-2', false)] }),
    'Consul does not count on server-2 yet',
  ],
  ['no server votes yet', ({ one }) => (one.consul[RAFT] = { Servers: [] }), 'Consul does not count on server-1, server-2 yet'],
  [
    'the first server does not tell who votes',
    ({ one }) => (one.consul[RAFT] = 500),
    ({ one }) => `server-1 does not answer at http://127.0.0.1:${one.node.ports.consulHttp} from here: No cluster leader`,
  ],
  [
    'nodes have left, or never joined',
    ({ one }) => (one.consul[MEMBERS] = [member('server-1', ALIVE), member('server-2', LEFT)]),
    'server-2 (127.0.0.1) has not joined Consul yet, and 1 more',
  ],
  [
    'a node never joined',
    ({ one }) => (one.consul[MEMBERS] = ['server-1', 'server-2'].map((name) => member(name, ALIVE))),
    'client-1 (127.0.0.1) has not joined Consul yet',
  ],
  [
    'a node is taken for dead',
    ({ one }) => (one.consul[MEMBERS] = [member('server-1', ALIVE), member('server-2', ALIVE), member('client-1', FAILED)]),
    'client-1 is failed: unreachable on 8301 from server-1',
  ],
];

const nomadProblems: readonly Problem[] = [
  ['a server sees no leader', ({ two }) => (two.nomad[LEADER] = ''), 'server-2 sees no leader of Nomad'],
  ['a server has no keyring', ({ two }) => (two.nomad[KEYS] = []), 'server-2 has no keyring yet'],
  [
    'a server is taken for dead by another',
    ({ two }) => (two.nomad[MEMBERS] = { Members: [server('server-1', 'failed'), server('server-2', 'alive')] }),
    'server-1 is failed: unreachable on 4648 from server-2',
  ],
  [
    'a server does not vote yet',
    ({ one }) => (one.nomad[RAFT] = { Servers: [peer('server-1.global'), peer('server-2.global', false)] }),
    'Nomad does not count on server-2 yet',
  ],
  [
    'a server has lost its data, and the vote is that of the one before',
    ({ two }) =>
      (two.nomad[MEMBERS] = { Members: [server('server-1', 'alive'), { ...server('server-2', 'alive'), Tags: { id: 'another' } }] }),
    'Nomad does not count on server-2 yet',
  ],
  [
    'a server does not answer',
    ({ two }) => (two.nomad[KEYS] = 500),
    ({ two }) => `server-2 does not answer at http://127.0.0.1:${two.node.ports.nomadHttp} from here: No cluster leader`,
  ],
  [
    'the first server does not tell who votes',
    ({ one }) => (one.nomad[RAFT] = 500),
    ({ one }) => `server-1 does not answer at http://127.0.0.1:${one.node.ports.nomadHttp} from here: No cluster leader`,
  ],
];

describe.each([
  ['Consul', consulProblem, consulProblems],
  ['Nomad', nomadProblem, nomadProblems],
] as const)('%s is not whole when', (_, problemOf, problems) => {
  test.each(problems)('%s', async (__, breakIt, said) => {
    const scene = await wholeCluster();
    breakIt(scene);
    const problem = await problemOf(scene.cluster, signal);
    expect(problem).toBe(typeof said === 'string' ? said : said(scene));
    expect(await healthProblem(scene.cluster, signal)).toBe(problem);
  });
});

test.each([
  ['Consul', consulProblem],
  ['Nomad', nomadProblem],
] as const)('a token that %s does not know is a wrong one, unless tokens are still being made', async (program, problemOf) => {
  const { one, cluster } = await wholeCluster();
  for (const path of [LEADER, RAFT, MEMBERS]) one[program === 'Consul' ? 'consul' : 'nomad'][path] = 403;
  expect(await problemOf(cluster, signal)).toBe(`${program} on server-1 does not know the token that is kept here`);
  expect(await problemOf({ ...cluster, makesTokens: true }, signal)).toBe(`${program} on server-1 has no tokens yet`);
});

test('of an agent behind a firewall only others tell', async () => {
  const { client, cluster } = await wholeCluster({ hideClient: true });
  client.consul[LEADER] = '';
  expect(await consulProblem(cluster, signal)).toBeUndefined();
});

test('a cluster is not whole without its clients', async () => {
  const { one, cluster } = await wholeCluster();
  one.nomad[NODES] = [{ ID: 'c1', Name: 'client-1', Status: 'down' }];
  expect(await healthProblem(cluster, signal)).toBe('client-1 is not ready');
});

test('a stranger that is dead, or not ready, is no problem of the cluster', async () => {
  const { one, two, cluster } = await wholeCluster();
  for (const { nomad } of [one, two]) {
    nomad[MEMBERS] = { Members: [server('server-1', 'alive'), server('server-2', 'alive'), server('stranger', 'failed')] };
    nomad[NODES] = [
      { ID: 's1', Name: 'stranger', Status: 'down' },
      { ID: 'c1', Name: 'client-1', Status: 'ready' },
    ];
  }
  expect(await healthProblem(cluster, signal)).toBeUndefined();
});

test('nor does a stranger that is ready stand for a client', async () => {
  const { one, cluster } = await wholeCluster();
  one.nomad[NODES] = [{ ID: 's1', Name: 'stranger', Status: 'ready' }];
  expect(await healthProblem(cluster, signal)).toBe('client-1 is not ready');
});

test('where there are no servers yet, none is lacking', async () => {
  const { client } = await wholeCluster();
  const cluster = reach([client.node], {});
  expect([await consulProblem(cluster, signal), await nomadProblem(cluster, signal)]).toEqual([undefined, undefined]);
});

test('an interrupt is no problem of the cluster', async () => {
  const { cluster } = await wholeCluster();
  const interrupted = AbortSignal.abort();
  for (const problemOf of [consulProblem, nomadProblem])
    expect(await thrown(() => problemOf(cluster, interrupted))).toBe(interrupted.reason);
});
