import { OutcomeError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { serversOf, type ClusterNode } from './cluster-node.js';
import type { ReachedCluster } from './reach.js';
import { presentAmong } from './ready-clients.js';
import { watchClients } from './watch-clients.js';

export interface DrainRequest {
  readonly node: ClusterNode;
  readonly cluster: ReachedCluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
  /** Until Nomad stops what is left by force. Default: 10 min. */
  readonly timeoutMs?: number;
}

const DRAIN_MS = 10 * 60_000;
/** Stopping by force takes a moment, too. */
const FORCE_SHARE = 1 / 6;

/**
 * Drains a client, as its jobs' migrate blocks say, and keeps new allocations away. A client that is down, or has not
 * registered since its agent stopped, has nothing to drain.
 * @throws OutcomeError `drain-timeout`.
 */
export async function drainClient({ node, cluster, clock, signal, line, timeoutMs: drainMs = DRAIN_MS }: DrainRequest): Promise<void> {
  // Without servers nobody ever gave it work.
  if (serversOf(cluster.nodes, 'nomad').length === 0) return;
  let asked = false;
  for await (const { nomad, clients } of watchClients({ cluster, timeoutMs: drainMs * (1 + FORCE_SHARE), clock, signal, line })) {
    const present = await presentAmong({ ...cluster, nodes: [node] }, clients, signal);
    const client = present.find(({ Name, Status }) => Name === node.name && Status === 'ready');
    if (!client || (asked && !client.Drain)) return;
    if (asked) continue;
    line(`draining ${node.name}`);
    await nomad.drain({ id: client.ID, deadlineSeconds: drainMs / 1000, signal });
    asked = true;
  }
  throw new OutcomeError(`${node.name} could not be drained`, {
    code: 'drain-timeout',
    why: asked ? `its allocations are still there after ${formatDuration(drainMs)}` : 'no Nomad server could be asked',
    next: hint`${nomadctl`exec nomad node status -verbose`}   tells what holds it`,
  });
}

/** The same for a client that goes in any case: whether everything was moved off it in time. */
export async function drainedInTime(request: DrainRequest): Promise<boolean> {
  return drainClient(request).then(
    () => true,
    (error: unknown) => {
      if (error instanceof OutcomeError && error.code === 'drain-timeout') return false;
      throw error;
    },
  );
}
