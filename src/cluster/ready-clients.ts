import { OutcomeError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { createNomadApi } from '../clients/nomad-api.js';
import type { Node } from '../clients/nomad-node-model.js';
import { nomadOf } from './answering-server.js';
import { clientsOf, type ClusterNode } from './cluster-node.js';
import type { ReachedCluster } from './reach.js';
import { watchClients } from './watch-clients.js';

/** Whether a job may be placed there now. */
export function takesWork(node: Pick<Node, 'Status' | 'SchedulingEligibility' | 'Drain'>): boolean {
  return node.Status === 'ready' && node.SchedulingEligibility === 'eligible' && !node.Drain;
}

export interface ClientsStanding {
  readonly areReady: boolean;
  /** "2 of 3 ready". */
  readonly text: string;
}

/** Counts the clients that are ready now; none when no server answers. */
export async function clientsStanding(cluster: ReachedCluster, signal: AbortSignal): Promise<ClientsStanding> {
  const clients = await nomadOf(cluster, { signal })
    .then((nomad) => nomad.watchNodes({ index: 0, signal }))
    .then(({ value }) => presentAmong(cluster, value, signal))
    .catch(() => []);
  signal.throwIfAborted();
  return standingOf(clientsOf(cluster.nodes), clients);
}

export interface ClientWait {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
  /** Called before each poll; throws when waiting is hopeless. */
  readonly stillHopeful?: () => void;
  /** Of a node that did not come: the command that tells more. */
  readonly next: (node: string) => Hint;
}

/**
 * Waits until every client of a cluster is ready and eligible, and returns the count in words. Makes a client eligible
 * again that an interrupted run had drained.
 * @throws OutcomeError `clients-not-ready` with what each of the others is.
 */
export async function waitForClients(cluster: ReachedCluster, { timeoutMs, next, ...wait }: ClientWait): Promise<string> {
  const wanted = clientsOf(cluster.nodes);
  let present: readonly Node[] = [];
  let lastLine: string | undefined;
  for await (const { nomad, clients, pollSoon } of watchClients({ cluster, timeoutMs, ...wait })) {
    present = await presentAmong(cluster, clients, wait.signal);
    const idle = present.filter(isIdle).filter(({ Name }) => wanted.some(({ name }) => name === Name));
    await mapBounded(idle, REQUESTS_AT_ONCE, ({ ID }) => nomad.setEligibility({ id: ID, eligible: true, signal: wait.signal }));
    const { areReady, text } = standingOf(wanted, present);
    if (areReady) return text;
    await hurry(cluster, present, wait.signal);
    if (text !== lastLine) wait.line(text);
    lastLine = text;
    // One that has yet to register is asked itself, which cannot block; all others are in the servers' list.
    if (wanted.some(({ name }) => !present.some(({ Name, Status }) => Name === name && Status !== 'initializing'))) pollSoon();
  }
  const missing = wanted.filter((node) => !isReady(node, present)).map(({ name }) => name);
  throw new OutcomeError(`only ${standingOf(wanted, present).text} after ${formatDuration(timeoutMs)}`, {
    code: 'clients-not-ready',
    why: missing.map(
      (name) => `${name}: ${present.find(({ Name }) => Name === name)?.Status ?? 'never registered with the Nomad servers'}`,
    ),
    next: next(missing[0] ?? ''),
  });
}

/**
 * Lists the clients that the servers know and that have registered since they started. For seconds after a kill the servers
 * still call a client ready. So each client that can be reached from here is asked as well.
 */
export async function presentAmong(cluster: ReachedCluster, clients: readonly Node[], signal: AbortSignal): Promise<readonly Node[]> {
  const asked = clientsOf(cluster.nodes).filter((node) => cluster.canAsk(node, 'nomad'));
  const ids = await mapBounded(asked, REQUESTS_AT_ONCE, (node) =>
    createNomadApi(cluster.endpoint(node, 'nomad'))
      .registeredId(signal)
      .catch(() => undefined),
  );
  signal.throwIfAborted();
  return clients.filter(({ ID, Name }) => ids.includes(ID) || !asked.some(({ name }) => name === Name));
}

/** Those that have registered and wait to be ready. */
async function hurry(cluster: ReachedCluster, present: readonly Node[], signal: AbortSignal): Promise<void> {
  const waiting = clientsOf(cluster.nodes).filter(
    (node) => cluster.canAsk(node, 'nomad') && present.some(({ Name, Status }) => Name === node.name && Status === 'initializing'),
  );
  await mapBounded(waiting, REQUESTS_AT_ONCE, (node) =>
    createNomadApi(cluster.endpoint(node, 'nomad'))
      .hurryHeartbeat(signal)
      .catch(() => signal.throwIfAborted()),
  );
}

/** What an interrupted run drained. */
function isIdle({ Status, SchedulingEligibility, Drain }: Node): boolean {
  return Status === 'ready' && !Drain && SchedulingEligibility !== 'eligible';
}

function isReady({ name }: ClusterNode, clients: readonly Node[]): boolean {
  return clients.some((client) => client.Name === name && takesWork(client));
}

function standingOf(wanted: readonly ClusterNode[], clients: readonly Node[]): ClientsStanding {
  const ready = wanted.filter((node) => isReady(node, clients));
  return { areReady: ready.length === wanted.length, text: `${ready.length} of ${wanted.length} ready` };
}
