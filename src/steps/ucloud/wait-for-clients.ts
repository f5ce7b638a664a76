import type { NomadClient } from '../../clients/nomad-cluster-model.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { formatDuration } from '@nomadctl/base/duration';
import { clientLooks } from '../../cluster/watch-clients.js';
import { clientsIn, nomadOf } from '../../cluster/nomad-of.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** A client that came before the servers had a keyring tries again after half a minute. */
const TIMEOUT_MS = 5 * 60_000;

/** Every client is ready and may take work; one that an interrupted run drained is made eligible again. */
export const waitForClientsStep = defineStep({
  id: 'wait-for-clients',
  title: 'Waiting for clients',
  requires: ['hosts'],
  async isDone({ state, signal }) {
    const wanted = clientsIn(state.hosts);
    const nomad = await nomadOf(state.hosts, signal);
    const seen = await nomad.clients({ signal }).catch(() => ({ value: [] as NomadClient[] }));
    signal.throwIfAborted();
    const ready = readyAmong(wanted, seen.value);
    const text = sentence(ready.length, wanted.length);
    return ready.length === wanted.length ? { done: true, detail: text } : { done: false, because: text };
  },
  async run({ cluster, state, clock, signal }, io) {
    const wanted = clientsIn(state.hosts);
    let last: readonly NomadClient[] = [];
    for await (const { nomad, clients } of clientLooks({ hosts: state.hosts, patienceMs: TIMEOUT_MS, clock, signal, line: io.line })) {
      last = clients;
      await Promise.all(idleAmong(wanted, clients).map(({ id }) => nomad.setEligible(id, signal)));
      const ready = readyAmong(wanted, clients);
      if (ready.length === wanted.length) return { detail: sentence(ready.length, wanted.length) };
      io.line(sentence(ready.length, wanted.length));
    }
    throw notReady({ wanted, ready: readyAmong(wanted, last), seen: last, cluster: cluster.name });
  },
});

/** What an interrupted run drained. */
function idleAmong(wanted: readonly string[], clients: readonly NomadClient[]): NomadClient[] {
  return clients.filter(
    ({ name, status, draining, eligibility }) => wanted.includes(name) && status === 'ready' && !draining && eligibility !== 'eligible',
  );
}

function readyAmong(wanted: readonly string[], clients: readonly NomadClient[]): string[] {
  return wanted.filter((name) =>
    clients.some((client) => client.name === name && client.status === 'ready' && client.eligibility === 'eligible'),
  );
}

function sentence(ready: number, wanted: number): string {
  return `${ready} of ${wanted} ready`;
}

interface NotReady {
  readonly wanted: readonly string[];
  readonly ready: readonly string[];
  readonly seen: readonly NomadClient[];
  readonly cluster: string;
}

function notReady({ wanted, ready, seen, cluster }: NotReady): OutcomeError {
  const missing = wanted.filter((name) => !ready.includes(name));
  return new OutcomeError(`only ${sentence(ready.length, wanted.length)} after ${formatDuration(TIMEOUT_MS)}`, {
    code: 'clients-not-ready',
    why: missing.map(
      (name) => `${name}: ${seen.find((client) => client.name === name)?.status ?? 'never registered with the Nomad servers on 4647'}`,
    ),
    next: `nomadctl logs ${missing[0] ?? ''} --cluster ${cluster}`,
  });
}
