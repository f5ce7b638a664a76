import { describe, expect, it, test } from 'vitest';
import { AbortError } from '../../../packages/base/src/errors.js';
import { failureText, raftSeen } from '../../../src/cluster/raft-seen.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { nodeListening } from '../../helpers/endpoint-at.js';
import { ALIVE, FAILED, MEMBERS, RAFT, member, server } from '../../helpers/whole-cluster.js';

const { signal } = new AbortController();

/** A server that stays, and one that goes, at an address of its own. */
async function scene() {
  const stays = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  const goes = { ...nodeListening('192.0.2.2', 1), name: 'server-2' };
  stays.consul[MEMBERS] = [member('server-1', ALIVE), member('server-2', FAILED)];
  stays.nomad[MEMBERS] = { Members: [server('server-1', 'alive'), server('server-2', 'failed')] };
  return { stays, node: goes, cluster: reach([goes, stays.node], {}) };
}

describe.each([
  ['consul', 'Consul', '', 8300, 4647],
  ['nomad', 'Nomad', '.global', 4647, 8300],
] as const)('of %s', (program, of, region, port, otherPort) => {
  const raftPeer = (Node: string, Address: string, Voter = true) => ({ ID: `id-${Address}`, Node, Address, Voter });

  it('the server that goes is known by its name, or by its address when gossip has forgotten its name', async () => {
    const { stays, ...question } = await scene();
    stays[program][RAFT] = {
      Servers: [
        raftPeer(`server-1${region}`, '192.0.2.1:1'),
        raftPeer(`server-2${region}`, '192.0.2.9:1', false),
        raftPeer('(unknown)', `192.0.2.2:${port}`),
        raftPeer('(unknown)', `192.0.2.2:${otherPort}`),
      ],
    };
    const raft = await raftSeen({ ...question, program, signal });
    expect(raft.of).toBe(of);
    expect(await raft.peers()).toEqual([
      { id: 'id-192.0.2.1:1', name: 'server-1', goes: false, voter: true, alive: true },
      { id: 'id-192.0.2.9:1', name: 'server-2', goes: true, voter: false, alive: false },
      { id: `id-192.0.2.2:${port}`, name: '(unknown)', goes: true, voter: true, alive: false },
      { id: `id-192.0.2.2:${otherPort}`, name: '(unknown)', goes: false, voter: true, alive: false },
    ]);
    await raft.remove('id-x');
    expect(stays.changes).toEqual(['DELETE /v1/operator/raft/peer?id=id-x']);
  });
});

test('a failure may be told, an interrupt may not', () => {
  expect(failureText(new Error('no leader'))).toBe('no leader');
  const interrupt = new AbortError('interrupted', 130);
  expect(() => failureText(interrupt)).toThrow(interrupt);
});
