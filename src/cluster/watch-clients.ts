import type { Node } from '../clients/nomad-node-model.js';
import type { NomadApi } from '../clients/nomad-api.js';
import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import type { Clock } from '@nomadctl/base/clock';
import { nomadOf } from './answering-server.js';
import type { ReachedCluster } from './reach.js';

export interface WatchRequest {
  readonly cluster: ReachedCluster;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told the failure when no server could be asked; the next poll follows. */
  readonly line: (text: string) => void;
  /** Called before each poll; throws when waiting is hopeless. */
  readonly stillHopeful?: () => void;
}

export interface ClientsSeen {
  /** A server that answers just now. */
  readonly nomad: NomadApi;
  readonly clients: readonly Node[];
  /** Polls again at once, for a caller that waits for more than a change of the list. */
  pollSoon(): void;
}

const PAUSE_MS = 1000;
const SOON_MS = 40;

/**
 * Yields Nomad's clients whenever one of them changes, until the caller stops or the timeout is over. A server that fails,
 * or has no leader for a moment, does not end it: another server may answer.
 */
export async function* watchClients({
  cluster,
  timeoutMs,
  clock,
  signal,
  line,
  stillHopeful,
}: WatchRequest): AsyncGenerator<ClientsSeen, void> {
  const deadline = clock.now() + timeoutMs;
  let nomad: NomadApi | undefined;
  let index = 0;
  do {
    stillHopeful?.();
    try {
      nomad ??= await nomadOf(cluster, { signal });
      const seen = await nomad.watchNodes({ index, signal });
      index = Math.max(1, seen.index);
      let isSoon = false;
      yield { nomad, clients: seen.value, pollSoon: () => void (isSoon = true) };
      if (!isSoon) continue;
      index = 0;
      await clock.sleep(SOON_MS, signal);
    } catch (error) {
      if (isAbort(error) || !(error instanceof NomadctlError)) throw error;
      line(error.message);
      [nomad, index] = [undefined, 0];
      await clock.sleep(PAUSE_MS, signal);
    }
  } while (clock.now() < deadline);
}
