import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { drainedInTime } from '../../cluster/drain-client.js';
import type { NodeRecord } from '../../agents/node-record.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { retireNode } from '../../agents/retire-node.js';
import { defineStep } from '../../agents/local-subject.js';

const DRAIN_MS = 60_000;

/**
 * Removes nodes that the cluster file no longer has: first clients, after a drain, then servers one at a time. Each server
 * leaves Raft before the next, so that the rest keeps its quorum.
 */
export const removeNodesStep = defineStep({
  id: 'remove-nodes',
  title: 'Removing nodes',
  hideWhenDone: true,
  requires: ['nodes', 'leaving'],
  provides: ['leaving'],
  async isDone({ state }) {
    return state.leaving.length === 0
      ? { done: true }
      : { done: false, because: `no longer in the cluster file: ${namesOf(state.leaving)}` };
  },
  async run(at, { line }) {
    const { state, clock, signal } = at;
    const cluster = await reachNodes([...state.nodes, ...state.leaving], at);
    const clients = state.leaving.filter(({ role }) => role === 'client');
    const servers = state.leaving.filter(({ role }) => role !== 'client').reverse();
    const drained = await mapBounded(clients, REQUESTS_AT_ONCE, (node) =>
      drainedInTime({ node: nodeOf(node), cluster, timeoutMs: DRAIN_MS, clock, signal, line }),
    );
    const busy = clients.filter((_, index) => !drained[index]);
    for (const node of [...clients, ...servers]) {
      signal.throwIfAborted();
      line(node.name);
      await retireNode({ ...at, node, cluster, agents: at.cluster.paths.agents });
    }
    const cut = busy.length === 0 ? '' : `; what ran on ${namesOf(busy)} was stopped: not moved within ${DRAIN_MS / 1000} s`;
    return { state: { leaving: [] }, detail: `${namesOf(state.leaving)}${cut}` };
  },
});

function namesOf(nodes: readonly NodeRecord[]): string {
  return nodes.map(({ name }) => name).join(', ');
}
