import { describe, expect, it, test } from 'vitest';
import { firstElection, hasFormed } from '../../../src/cluster/first-election.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';

const { signal } = new AbortController();
const PEERS = '/v1/status/peers';

describe.each(['consul', 'nomad'] as const)('of %s', (program) => {
  it.each([
    ['one of them knows peers', [['192.0.2.1:1'], []], true],
    ['none of them knows any', [[], []], false],
    ['one of them does not answer, and the other knows none', [500, []], false],
    ['none of them answers', [500, 500], true],
  ] as const)('there is a Raft cluster, or there may be, when %s', async (_, answers, formed) => {
    const servers = [];
    for (const [index, answer] of answers.entries()) {
      const double = await nodeDouble({ name: `server-${index}`, consul: 'server', nomad: 'server' });
      // The other program has another opinion.
      double.consul[PEERS] = double.nomad[PEERS] = formed ? [] : ['192.0.2.1:1'];
      double[program][PEERS] = answer;
      servers.push(double.node);
    }
    expect(await hasFormed({ program, cluster: reach(servers, {}), signal })).toBe(formed);
  });
});

test.each([
  ['none', [], [], []],
  ['held', [], ['192.0.2.1:4647'], []],
  ['held', 500, [], ['192.0.2.1:8300']],
  ['unknown', [], [], 500],
] as const)('a first election of which is known: %s', async (seen, nomad, otherNomad, consul) => {
  const [first, second] = [
    await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' }),
    await nodeDouble({ name: 'server-2', nomad: 'server' }),
  ];
  first.consul[PEERS] = consul;
  first.nomad[PEERS] = nomad;
  second.nomad[PEERS] = otherNomad;
  const servers = [
    { node: first.node, program: 'consul' },
    { node: first.node, program: 'nomad' },
    { node: second.node, program: 'nomad' },
  ] as const;
  expect(await firstElection(reach([first.node, second.node], {}), servers, signal)).toBe(seen);
});
