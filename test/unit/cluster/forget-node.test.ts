import { describe, expect, it, test } from 'vitest';
import type { ClusterNode } from '../../../src/cluster/cluster-node.js';
import { forgetNode } from '../../../src/cluster/forget-node.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { thrown } from '../../helpers/thrown.js';
import { ALIVE, FAILED, LEFT, MEMBERS, NODES, member, server } from '../../helpers/whole-cluster.js';

const { signal } = new AbortController();

/** A server that stays, and a node of these agents that goes, whose own agents answer, too. */
async function scene(agents: ClusterNode['agents']) {
  const stays = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  const goes = await nodeDouble({ name: 'node-2', ...agents });
  stays.consul[MEMBERS] = [member('server-1', ALIVE), member('node-2', FAILED)];
  stays.nomad[MEMBERS] = { Members: [server('server-1', 'alive'), server('node-2', 'failed')] };
  stays.nomad[NODES] = [
    { ID: 'id-1', Name: 'client-1' },
    { ID: 'id-2', Name: 'node-2' },
    { ID: 'id-2-before', Name: 'node-2' },
  ];
  const cluster = reach([goes.node, stays.node], {});
  return { stays, goes, forget: (at = signal) => forgetNode({ node: goes.node, cluster, signal: at }) };
}

const CONSUL_LEAVE = 'PUT /v1/agent/force-leave/node-2';
const NOMAD_LEAVE = 'PUT /v1/agent/force-leave?node=node-2.global';
const PURGES = ['PUT /v1/node/id-2/purge', 'PUT /v1/node/id-2-before/purge'];

describe.each([
  ['a server of both', { consul: 'server', nomad: 'server' }, [NOMAD_LEAVE]],
  ['a client, under every id it ever had', { consul: 'client', nomad: 'client' }, PURGES],
  ['a node without Nomad', { consul: 'server' }, []],
] as const)('%s', (_, agents, ofNomad) => {
  it('is told to the others, and not to itself', async () => {
    const { stays, goes, forget } = await scene(agents);
    await forget();
    expect(stays.changes.sort()).toEqual([...ofNomad, CONSUL_LEAVE].sort());
    expect(goes.changes).toEqual([]);
  });

  it('is told to Nomad when Consul does not listen', async () => {
    const { stays, forget } = await scene(agents);
    stays.consul[CONSUL_LEAVE] = 500;
    await forget();
    stays.consul[MEMBERS] = 500;
    await forget();
    expect(stays.changes.filter((change) => change !== CONSUL_LEAVE).sort()).toEqual([...ofNomad, ...ofNomad].sort());
  });

  it('is told to Consul when Nomad does not listen', async () => {
    const { stays, forget } = await scene(agents);
    for (const change of ofNomad) stays.nomad[change.replace(/\?.*$/, '')] = 500;
    await forget();
    stays.nomad[MEMBERS] = 500;
    stays.nomad[NODES] = 500;
    await forget();
    expect(stays.changes.filter((change) => change === CONSUL_LEAVE)).toHaveLength(2);
  });

  it('is told to nobody where there is nobody else', async () => {
    const { goes } = await scene(agents);
    await forgetNode({ node: goes.node, cluster: reach([goes.node], {}), signal });
    expect(goes.changes).toEqual([]);
  });
});

test('what has left needs no word about it', async () => {
  const { stays, forget } = await scene({ consul: 'server', nomad: 'server' });
  stays.consul[MEMBERS] = [member('node-2', LEFT)];
  stays.nomad[MEMBERS] = { Members: [server('node-2', 'left')] };
  await forget();
  expect(stays.changes).toEqual([]);
});

test('nor what nobody knows', async () => {
  const { stays, forget } = await scene({ consul: 'server', nomad: 'server' });
  stays.consul[MEMBERS] = [member('server-1', FAILED)];
  stays.nomad[MEMBERS] = { Members: [server('server-1', 'failed')] };
  await forget();
  expect(stays.changes).toEqual([]);
});

test('an interrupt ends it', async () => {
  const { stays, forget } = await scene({ consul: 'server', nomad: 'server' });
  const interrupted = AbortSignal.abort();
  expect(await thrown(() => forget(interrupted))).toBe(interrupted.reason);
  expect(stays.changes).toEqual([]);
});
