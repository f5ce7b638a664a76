import { rm } from 'node:fs/promises';
import { createConsulCluster } from '../../clients/consul-cluster.js';
import { createNomadCluster, type NomadCluster } from '../../clients/nomad-cluster.js';
import { endProcess, runningAgent, stopAgent } from '../../agents/agent-process.js';
import { agentFiles, consulUrl, nodeDir, nomadUrl, type NodeRecord } from '../../agents/node-record.js';
import { sweep } from '../../agents/sweep.js';
import { agentOf, isServerOf } from '../../agents/config/roles.js';
import type { StepIo } from '../../engine/step.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

const DRAIN_SECONDS = 60;
const LEAVE_MS = 15_000;

/**
 * Takes away what the cluster file no longer has: clients first, drained, then servers one at a time, each leaving Raft
 * before the next, so that the rest keeps its quorum.
 */
export const removeNodesStep = defineStep({
  id: 'remove-nodes',
  title: 'Removing nodes',
  hideWhenDone: true,
  requires: ['nodes', 'leaving'],
  provides: ['leaving'],
  async isDone({ state }) {
    const names = state.leaving.map(({ name }) => name);
    return names.length === 0 ? { done: true } : { done: false, because: `no longer in the cluster file: ${names.join(', ')}` };
  },
  async run(at, io) {
    const clients = at.state.leaving.filter(({ role }) => role === 'client');
    const servers = at.state.leaving.filter(({ role }) => role !== 'client').reverse();
    const busy = await drainAll(clients, at, io);
    for (const node of [...clients, ...servers]) {
      at.signal.throwIfAborted();
      io.line(node.name);
      await removeNode(node, at);
    }
    const names = at.state.leaving.map(({ name }) => name).join(', ');
    const cut = busy.length === 0 ? '' : `; what ran on ${busy.join(', ')} was stopped: not moved within ${DRAIN_SECONDS} s`;
    return { state: { leaving: [] }, detail: `${names}${cut}` };
  },
});

type At = LocalContext<'nodes' | 'leaving'>;

function nomadOf({ state }: At): NomadCluster {
  const server = state.nodes.find((node) => isServerOf(node.role, 'nomad'));
  return createNomadCluster({ url: server ? nomadUrl(server) : '' });
}

/** Moves what runs on clients to others. Returns the names of those that still had something when the time was over. */
async function drainAll(clients: readonly NodeRecord[], at: At, io: StepIo): Promise<string[]> {
  const nomad = nomadOf(at);
  // The servers take a client that died with them for ready for minutes; there is nothing on it to be moved.
  const names = clients.filter(({ name }) => runningAgent(agentFiles(at.cluster.paths.agents, name, 'nomad'))).map(({ name }) => name);
  const { value } = await nomad.clients({ signal: at.signal });
  const draining = value.filter((client) => names.includes(client.name) && client.status === 'ready');
  await Promise.all(draining.map(({ id }) => nomad.drain({ id, deadlineSeconds: DRAIN_SECONDS, signal: at.signal })));
  const deadline = at.clock.now() + (DRAIN_SECONDS + 10) * 1000;
  let index = 0;
  let busy = draining.map(({ name }) => name);
  while (busy.length > 0 && at.clock.now() < deadline) {
    const seen = await nomad.clients({ index, signal: at.signal });
    busy = seen.value.filter((client) => client.draining && draining.some(({ id }) => id === client.id)).map(({ name }) => name);
    if (busy.length > 0) io.line(`draining ${busy.join(', ')}`);
    index = Math.max(1, seen.index);
  }
  return busy;
}

async function removeNode(node: NodeRecord, at: At): Promise<void> {
  if (isServerOf(node.role, 'nomad')) await leaveNomad(node, at);
  await stopAgent(agentFiles(at.cluster.paths.agents, node.name, 'nomad'), at.clock);
  await leaveConsul(node, at);
  await stopAgent(agentFiles(at.cluster.paths.agents, node.name, 'consul'), at.clock);
  await forget(node, at);
  const dir = nodeDir(at.cluster.paths.agents, node.name);
  await sweep(dir, at);
  await rm(dir, { recursive: true, force: true });
}

/** A server that gets SIGINT takes itself out of Raft; one that is dead is taken out by the others. */
async function leaveNomad(node: NodeRecord, at: At): Promise<void> {
  const running = runningAgent(agentFiles(at.cluster.paths.agents, node.name, 'nomad'));
  if (running) await endProcess(running, 'SIGINT', { clock: at.clock, waitMs: LEAVE_MS });
  const nomad = nomadOf(at);
  const peers = await nomad.raftPeers(at.signal);
  const stale = peers.find((peer) => peer.node.startsWith(`${node.name}.`));
  if (stale) await nomad.removeRaftPeer(stale.id, at.signal);
}

async function leaveConsul(node: NodeRecord, at: At): Promise<void> {
  if (!runningAgent(agentFiles(at.cluster.paths.agents, node.name, 'consul'))) return;
  // It answers, or ends before it could: what counts is that it has gone, which `forget` makes sure of.
  await createConsulCluster({ url: consulUrl(node) })
    .leave(at.signal)
    .catch(() => at.signal.throwIfAborted());
}

async function forget(node: NodeRecord, at: At): Promise<void> {
  const other = at.state.nodes.find(({ role }) => agentOf(role, 'consul') !== undefined);
  if (other)
    await createConsulCluster({ url: consulUrl(other) })
      .forceLeave(node.name, at.signal)
      .catch(() => at.signal.throwIfAborted());
  if (node.role !== 'client') return;
  const nomad = nomadOf(at);
  const gone = (await nomad.clients({ signal: at.signal })).value.filter((client) => client.name === node.name);
  await Promise.all(gone.map(({ id }) => nomad.purgeClient(id, at.signal)));
}
