import { OutcomeError } from '@nomadctl/base/errors';
import { endedError } from '../../agents/agent-lifecycle.js';
import { runningAgent } from '../../agents/agent-process.js';
import { nomadUrl, type NodeRecord } from '../../agents/node-record.js';
import { agentsIn } from '../../agents/agents-in.js';
import type { NomadClient } from '../../clients/nomad-cluster-model.js';
import { createNomadCluster } from '../../clients/nomad-cluster.js';
import { isServerOf } from '../../agents/config/roles.js';
import { defineStep } from '../../agents/local-subject.js';

const TIMEOUT_MS = 90_000;
const PAUSE_MS = 40;

/** Every client of the file is ready and may take work. */
export const waitForClientsStep = defineStep({
  id: 'wait-for-clients',
  title: 'Waiting for clients',
  requires: ['nodes'],
  async isDone({ state, signal }) {
    const wanted = clientsOf(state.nodes);
    const present = await lookAt(state.nodes, { index: 0, signal }).then(
      (seen) => seen.present,
      () => [],
    );
    const ready = readyAmong(wanted, present);
    return ready.length === wanted.length
      ? { done: true, detail: sentence(ready.length, wanted.length) }
      : { done: false, because: sentence(ready.length, wanted.length) };
  },
  async run({ cluster, state, clock, signal }, io) {
    const wanted = clientsOf(state.nodes);
    const nomad = nomadOf(state.nodes);
    const agents = agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'nomad' && mode === 'client');
    const deadline = clock.now() + TIMEOUT_MS;
    let index = 0;
    let shown: number | undefined;
    for (;;) {
      const seen = await lookAt(state.nodes, { index, signal });
      const returning = seen.present.filter((client) => client.status === 'ready' && !client.draining && client.eligibility !== 'eligible');
      await Promise.all(returning.map((client) => nomad.setEligible(client.id, signal)));
      const ready = readyAmong(wanted, seen.present);
      if (ready.length === wanted.length) return { detail: sentence(ready.length, wanted.length) };
      if (ready.length !== shown) io.line(sentence(ready.length, wanted.length));
      shown = ready.length;
      const ended = agents.find(({ files }) => runningAgent(files) === undefined);
      if (ended) throw endedError(ended);
      if (clock.now() > deadline) throw notReady(wanted, seen.present);
      // A client that has yet to register is asked itself, which cannot block; all others are in the servers' list.
      const isListed = seen.present.length === wanted.length;
      if (!isListed) await clock.sleep(PAUSE_MS, signal);
      index = isListed ? Math.max(1, seen.index) : 0;
    }
  },
});

interface Sight {
  /** The clients as the servers see them, those of them that have registered since they started. */
  readonly present: readonly NomadClient[];
  readonly index: number;
}

/** For seconds after its agent was killed the servers still call a client ready, so each client is asked as well. */
async function lookAt(nodes: readonly NodeRecord[], at: { index: number; signal: AbortSignal }): Promise<Sight> {
  const { value, index } = await nomadOf(nodes).clients(at);
  const ids = await Promise.all(nodes.filter(isClient).map((node) => registeredId(node, at.signal)));
  return { present: value.filter(({ id }) => ids.includes(id)), index };
}

async function registeredId(node: NodeRecord, signal: AbortSignal): Promise<string | undefined> {
  return createNomadCluster({ url: nomadUrl(node) })
    .registeredId(signal)
    .catch(() => {
      signal.throwIfAborted();
      return undefined;
    });
}

function isClient({ role }: NodeRecord): boolean {
  return role === 'client';
}

function clientsOf(nodes: readonly NodeRecord[]): string[] {
  return nodes.filter(isClient).map(({ name }) => name);
}

function nomadOf(nodes: readonly NodeRecord[]) {
  const server = nodes.find((node) => isServerOf(node.role, 'nomad'));
  if (!server) throw new OutcomeError('the cluster has no Nomad server', { code: 'no-server' });
  return createNomadCluster({ url: nomadUrl(server) });
}

function readyAmong(wanted: readonly string[], clients: readonly NomadClient[]): string[] {
  return wanted.filter((name) =>
    clients.some((client) => client.name === name && client.status === 'ready' && client.eligibility === 'eligible'),
  );
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
