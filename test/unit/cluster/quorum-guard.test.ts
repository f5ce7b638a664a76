import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { UcloudHost } from '../../../src/ucloud/ucloud-state.js';
import { reachHosts } from '../../../src/cluster/cluster-host.js';
import { nodeNamed } from '../../../src/cluster/node-named.js';
import { giveUpVote } from '../../../src/cluster/give-up-vote.js';
import { refuseWithoutQuorum } from '../../../src/cluster/quorum-guard.js';
import type { SettlingQuestion } from '../../../src/cluster/until-settled.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { MEMBERS, RAFT } from '../../helpers/whole-cluster.js';
import { reach } from '../../../src/cluster/reach.js';
import { serversDouble, type DoubledServer, type ServersDouble } from '../../helpers/servers-double.js';
import { thrown } from '../../helpers/thrown.js';
import { hintMatching } from '../../helpers/hint-line.js';

const roles = ['consul-server', 'nomad-server'] as const;

/** Servers 1 to 3, of which the second is to go. `onSleep` is told how many seconds have passed. */
async function scene(
  role: (typeof roles)[number],
  more: readonly Omit<DoubledServer, 'name'>[] = [],
  onSleep: (seconds: number, double: ServersDouble) => void = () => {},
) {
  const double = await serversDouble(
    role,
    [1, 2, 3].map((number, index) => ({ name: `${role}-${number}`, ...more[index] })),
  );
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
      onSleep(now / 1000, double);
    },
  };
  const host = double.hosts[1] as UcloudHost;
  const { signal } = new AbortController();
  // Minutes of looking pass in no time, and connections close a moment later.
  setMaxListeners(0, signal);
  const program = role === 'consul-server' ? 'consul' : 'nomad';
  const cluster = reachHosts(double.hosts, {});
  const request: SettlingQuestion = { program, node: nodeNamed(host.name, cluster.nodes), cluster, clock, signal };
  return { double, request, seconds: () => now / 1000 };
}

test.each(roles)('%s: a server may go when the others have a majority, and is asked nothing else', async (role) => {
  const { double, request, seconds } = await scene(role);
  await refuseWithoutQuorum(request);
  expect([double.changes, seconds()]).toEqual([[], 0]);
});

test.each(roles)('%s: so may one that is dead itself, even when gossip has forgotten its name', async (role) => {
  const { request } = await scene(role, [{}, { dead: true, status: 'failed', named: false }]);
  await refuseWithoutQuorum(request);
});

test.each(roles)('%s: none goes while another is down, and it is said which', async (role) => {
  const { request, seconds } = await scene(role, [{}, {}, { status: 'failed', dead: true }]);
  const error = await thrown(() => refuseWithoutQuorum(request));
  expect(error).toMatchObject({ code: 'quorum', message: `${role}-2 may not go: the others would have no majority` });
  expect(error.why).toEqual([expect.stringMatching(/^of the 2 votes that \w+ would have left, 1 are of servers that are down: .*-3/)]);
  expect(seconds()).toBeLessThan(62);
});

test('a server that is just coming back is waited for', async () => {
  const { request, seconds } = await scene('nomad-server', [{}, {}, { status: 'failed' }], (now, { servers }) => {
    if (now > 10 && servers[2]) servers[2].status = 'alive';
  });
  await refuseWithoutQuorum(request);
  expect(seconds()).toBeLessThan(12);
});

test('nobody answers: nobody goes', async () => {
  const { request } = await scene('nomad-server', [{ dead: true }, { dead: true }, { dead: true }]);
  expect(await thrown(() => refuseWithoutQuorum(request))).toMatchObject({ code: 'quorum', why: ['none of the Nomad servers answers'] });
});

test.each(roles)('%s: before there ever was a leader, nothing can be lost', async (role) => {
  const { request, seconds } = await scene(role, [{ voter: false }, { voter: false }, { voter: false }]);
  await refuseWithoutQuorum(request);
  expect(seconds()).toBe(0);
});

test.each([
  ['consul-server', 'Consul', 'all catalogue and keys would go with it', 'consulServers'],
  ['nomad-server', 'Nomad', 'all jobs would go with it', 'nomadServers'],
] as const)('%s: the only one stays', async (role, of, why, setting) => {
  const { request } = await scene(role);
  const error = await thrown(() => refuseWithoutQuorum({ ...request, cluster: { ...request.cluster, nodes: [request.node] } }));
  expect(error).toMatchObject({
    code: 'only-server',
    message: `${role}-2 is the only server of ${of}`,
    why: [why],
    next: hintMatching(new RegExp(`^nomadctl config set ${setting} 3`)),
  });
});

test.each(roles)('%s: none goes while no other votes', async (role) => {
  const { request } = await scene(role, [{ voter: false }, {}, { voter: false }]);
  const of = role === 'consul-server' ? 'Consul' : 'Nomad';
  expect(await thrown(() => refuseWithoutQuorum(request))).toMatchObject({ code: 'quorum', why: [`no other server of ${of} votes yet`] });
});

test('all that are down are named', async () => {
  const { request } = await scene('consul-server', [{ status: 'failed' }, {}, { status: 'failed' }]);
  expect((await thrown(() => refuseWithoutQuorum(request))).why).toEqual([
    'of the 2 votes that Consul would have left, 2 are of servers that are down: consul-server-1, consul-server-3',
  ]);
});

test.each(roles)('%s: a vote is taken away by the others, once', async (role) => {
  const { double, request } = await scene(role, [{}, { dead: true, status: 'failed', named: false }]);
  await giveUpVote(request);
  await giveUpVote(request);
  expect(double.changes).toEqual([`DELETE /v1/operator/raft/peer?id=id-${role}-2`]);
});

test('whoever has left has no vote to be taken', async () => {
  const { double, request } = await scene('consul-server', [{}, { status: 'left', voter: false }]);
  await giveUpVote(request);
  expect(double.changes).toEqual([]);
});

test('a vote that stays ends it, within a minute or so', async () => {
  const { double, request, seconds } = await scene('nomad-server');
  double.obeys = false;
  expect(await thrown(() => giveUpVote(request))).toMatchObject({
    code: 'vote-kept',
    message: 'nomad-server-2 keeps its vote',
    why: ['Nomad still counts on it, though it was asked not to'],
  });
  expect(seconds()).toBeLessThan(62);
});

test('servers that know of no votes at all have taken none away', async () => {
  const { request } = await scene('nomad-server');
  const other = await nodeDouble({ name: 'nomad-server-9', nomad: 'server' });
  Object.assign(other.nomad, { [RAFT]: { Servers: [] }, [MEMBERS]: { Members: [] }, '/v1/status/peers': ['10.0.0.1:4647'] });
  const cluster = reach([request.node, other.node], {});
  expect(await thrown(() => giveUpVote({ ...request, cluster }))).toMatchObject({
    code: 'vote-kept',
    why: ['the other servers know of no votes at all'],
  });
});
