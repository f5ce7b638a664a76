import { OutcomeError } from '@nomadctl/base/errors';
import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { clientLooks } from './watch-clients.js';
import type { ClusterHost } from './cluster-host.js';

export interface DrainRequest {
  readonly host: ClusterHost;
  readonly hosts: readonly ClusterHost[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

const DRAIN_MS = 10 * 60_000;
/** After that, Nomad stops what is left by force, which takes a moment, too. */
const FORCE_MS = 60_000;

/**
 * Moves everything off a client, as its jobs' migrate blocks say, and keeps new work away. A client that is down has
 * nothing that could be moved.
 * @throws OutcomeError `drain-timeout`.
 */
export async function drainClient({ host, hosts, clock, signal, line }: DrainRequest): Promise<void> {
  // Without servers nobody ever gave it work.
  if (!hosts.some(({ role }) => role === 'nomad-server')) return;
  let asked = false;
  for await (const { nomad, clients } of clientLooks({ hosts, patienceMs: DRAIN_MS + FORCE_MS, clock, signal, line })) {
    const client = clients.find(({ name, status }) => name === host.name && status === 'ready');
    if (!client || (asked && !client.draining)) return;
    if (asked) continue;
    line(`draining ${host.name}`);
    await nomad.drain({ id: client.id, deadlineSeconds: DRAIN_MS / 1000, signal });
    asked = true;
  }
  throw new OutcomeError(`${host.name} could not be drained`, {
    code: 'drain-timeout',
    why: asked ? `its allocations are still there after ${formatDuration(DRAIN_MS)}` : 'no Nomad server could be asked',
    next: 'nomadctl exec nomad node status -verbose   tells what holds it',
  });
}
