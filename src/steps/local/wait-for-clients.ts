import { OutcomeError } from '../../errors.js';
import { endedError } from '../../local-agents/agent-lifecycle.js';
import { runningAgent } from '../../local-agents/agent-process.js';
import { nomadUrl, type NodeRecord } from '../../local-agents/node-record.js';
import { agentsIn } from '../../local-agents/write-configs.js';
import { createNomadCluster, type NomadClient } from '../../clients/nomad-cluster.js';
import { isServerOf } from '../../local-agents/topology.js';
import { defineStep } from './local-subject.js';

const TIMEOUT_MS = 90_000;

/** Every client of the file is ready and may take work. */
export const waitForClientsStep = defineStep({
  id: 'wait-for-clients',
  title: 'Waiting for clients',
  requires: ['nodes'],
  async isDone({ state, signal }) {
    const wanted = clientNames(state.nodes);
    const ready = await nomadOf(state.nodes).clients({ signal }).then(({ value }) => readyAmong(wanted, value), () => []);
    return ready.length === wanted.length ? { done: true, detail: sentence(ready.length, wanted.length) } : { done: false, because: `${sentence(ready.length, wanted.length)}` };
  },
  async run({ cluster, state, clock, signal }, io) {
    const wanted = clientNames(state.nodes);
    const nomad = nomadOf(state.nodes);
    const agents = agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'nomad' && mode === 'client');
    const deadline = clock.now() + TIMEOUT_MS;
    let index = 0;
    let shown: number | undefined;
    for (;;) {
      const seen = await nomad.clients({ index, signal });
      const returning = seen.value.filter((client) => wanted.includes(client.name) && client.status === 'ready' && !client.draining && client.eligibility !== 'eligible');
      await Promise.all(returning.map((client) => nomad.setEligible(client.id, signal)));
      const ready = readyAmong(wanted, seen.value);
      if (ready.length === wanted.length) return { detail: sentence(ready.length, wanted.length) };
      if (ready.length !== shown) io.line(sentence(ready.length, wanted.length));
      shown = ready.length;
      const ended = agents.find(({ files }) => runningAgent(files) === undefined);
      if (ended) throw endedError(ended);
      if (clock.now() > deadline) throw notReady(wanted, seen.value);
      // Before the first registration the index is 0, which would not block.
      index = Math.max(1, seen.index);
    }
  },
});

function clientNames(nodes: readonly NodeRecord[]): string[] {
  return nodes.filter(({ role }) => role === 'client').map(({ name }) => name);
}

function nomadOf(nodes: readonly NodeRecord[]) {
  const server = nodes.find((node) => isServerOf(node.role, 'nomad') );
  if (!server) throw new OutcomeError('the cluster has no Nomad server', { code: 'no-server' });
  return createNomadCluster({ url: nomadUrl(server) });
}

function readyAmong(wanted: readonly string[], clients: readonly NomadClient[]): string[] {
  return wanted.filter((name) => clients.some((client) => client.name === name && client.status === 'ready' && client.eligibility === 'eligible'));
}

function sentence(ready: number, wanted: number): string {
  return `${ready} of ${wanted} ready`;
}

function notReady(wanted: readonly string[], clients: readonly NomadClient[]): OutcomeError {
  const ready = readyAmong(wanted, clients);
  const missing = wanted.filter((name) => !ready.includes(name));
  return new OutcomeError(`only ${sentence(ready.length, wanted.length)} after ${TIMEOUT_MS / 1000} s`, {
    code: 'clients-not-ready',
    why: missing.map((name) => `${name}: ${clients.find((client) => client.name === name)?.status ?? 'never registered'}`),
    next: `nomadctl logs ${missing[0] ?? ''}`,
  });
}
