import { endedError } from '../../agents/agent-lifecycle.js';
import { isFormed, markFormed } from '../../agents/formed.js';
import { runningAgent } from '../../agents/agent-process.js';
import { consulUrl, nomadUrl, type NodeRecord } from '../../agents/node-record.js';
import { waitFor, type Wait } from '@nomadctl/base/wait-for';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { createConsulCluster } from '../../clients/consul-cluster.js';
import { createNomadCluster } from '../../clients/nomad-cluster.js';
import { isServerOf, type AgentProgram } from '../../agents/config/roles.js';
import { defineStep } from '../../agents/local-subject.js';

// Consul looks for servers that its leader has missed once a minute.
const TIMEOUT_MS = 90_000;

/** Consul has a leader that every agent sees, Nomad has a leader and a keyring: clients may come. */
export const waitForLeadersStep = defineStep({
  id: 'wait-for-leaders',
  title: 'Waiting for leaders',
  requires: ['nodes'],
  async isDone({ cluster, state, signal }) {
    if (!isFormed(cluster.paths.agents)) return { done: false, because: 'no leaders yet' };
    const [consul, nomad] = await Promise.all([consulReady(state.nodes, signal), nomadReady(state.nodes, signal)]).catch(
      (): [string, string] => ['does not answer', 'does not answer'],
    );
    if (consul === undefined && nomad === undefined) return { done: true, detail: 'Consul and Nomad' };
    return { done: false, because: consul === undefined ? `Nomad ${nomad}` : `Consul ${consul}` };
  },
  async run({ cluster, state, clock, signal }) {
    const agents = agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'consul' || mode === 'server');
    const wait = (program: AgentProgram): Wait => ({
      what: `${program === 'consul' ? 'Consul' : 'Nomad'} with a leader`,
      timeoutMs: TIMEOUT_MS,
      clock,
      signal,
      stillHopeful: () => allRunning(agents.filter((agent) => agent.program === program)),
      next: `nomadctl logs ${agents[0]?.node.name ?? ''}`,
    });
    await Promise.all([
      waitFor(wait('consul'), async () => lookAt(await consulReady(state.nodes, signal))),
      waitFor(wait('nomad'), async () => lookAt(await nomadReady(state.nodes, signal))),
    ]);
    await markFormed(cluster.paths.agents);
    return { detail: 'Consul and Nomad' };
  },
});

function lookAt(problem: string | undefined): { value: true } | { observed: string } {
  return problem === undefined ? { value: true } : { observed: problem };
}

/** What Consul still lacks; nothing when every agent of every node sees the leader. */
async function consulReady(nodes: readonly NodeRecord[], signal: AbortSignal): Promise<string | undefined> {
  const leaders = await Promise.all(
    nodes.map(async (node) => ({ node, leader: await createConsulCluster({ url: consulUrl(node) }).leader(signal) })),
  );
  const blind = leaders.find(({ leader }) => leader === undefined);
  if (blind) return `on ${blind.node.name} sees no leader`;
  const servers = nodes.filter(({ role }) => isServerOf(role, 'consul'));
  const voters = servers[0] ? await createConsulCluster({ url: consulUrl(servers[0]) }).raftVoters(signal) : [];
  return votersMissing(servers, voters);
}

/** A server that has joined and does not vote yet protects nothing. */
function votersMissing(servers: readonly NodeRecord[], voters: readonly string[]): string | undefined {
  const missing = servers.filter(({ name }) => !voters.includes(name)).map(({ name }) => name);
  return missing.length === 0 ? undefined : `does not count on ${missing.join(', ')} yet`;
}

/** What Nomad's servers still lack. */
async function nomadReady(nodes: readonly NodeRecord[], signal: AbortSignal): Promise<string | undefined> {
  const servers = nodes.filter((node) => isServerOf(node.role, 'nomad'));
  const seen = await Promise.all(
    servers.map(async (node) => {
      const nomad = createNomadCluster({ url: nomadUrl(node) });
      return { node, leader: await nomad.leader(signal), keyring: await nomad.hasKeyring(signal) };
    }),
  );
  const blind = seen.find(({ leader, keyring }) => leader === undefined || !keyring);
  if (blind) return `on ${blind.node.name} ${blind.leader === undefined ? 'sees no leader' : 'has no keyring yet'}`;
  const peers = servers[0] ? await createNomadCluster({ url: nomadUrl(servers[0]) }).raftPeers(signal) : [];
  // Nomad's gossip calls a server `name.region`.
  return votersMissing(
    servers,
    peers.filter(({ voter }) => voter).map(({ node }) => node.replace(/\.[^.]+$/, '')),
  );
}

function allRunning(agents: readonly Agent[]): void {
  const ended = agents.find(({ files }) => runningAgent(files) === undefined);
  if (ended) throw endedError(ended);
}
