import { OutcomeError } from '../errors.js';
import type { Clock } from '../lib/clock.js';
import { formatDuration } from '../lib/duration.js';
import { nomadOf } from './nomad-of.js';
import type { UcloudHost } from './ucloud-state.js';

export interface DrainRequest {
  readonly host: UcloudHost;
  readonly hosts: readonly UcloudHost[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

const DRAIN_SECONDS = 10 * 60;

/**
 * Moves everything off a client, as its jobs' migrate blocks say, and keeps new work away. A client that is down has
 * nothing that could be moved.
 * @throws OutcomeError `drain-timeout`.
 */
export async function drainClient({ host, hosts, clock, signal, line }: DrainRequest): Promise<void> {
  const nomad = await nomadOf(hosts, signal);
  const find = async (index: number) => {
    const seen = await nomad.clients({ index, signal });
    return { client: seen.value.find(({ name, status }) => name === host.name && status === 'ready'), index: seen.index };
  };
  const { client } = await find(0);
  if (!client) return;
  line(`draining ${host.name}`);
  await nomad.drain({ id: client.id, deadlineSeconds: DRAIN_SECONDS, signal });
  const deadline = clock.now() + (DRAIN_SECONDS + 60) * 1000;
  for (let index = 0; clock.now() < deadline;) {
    const seen = await find(index);
    if (!seen.client?.draining) return;
    index = Math.max(1, seen.index);
  }
  throw new OutcomeError(`${host.name} could not be drained`, {
    code: 'drain-timeout',
    why: `its allocations are still there after ${formatDuration(DRAIN_SECONDS * 1000)}`,
    next: `nomadctl exec nomad node status -verbose   tells what holds it`,
  });
}
