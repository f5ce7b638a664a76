import type { NomadClient } from '../clients/nomad-cluster-model.js';
import type { NomadCluster } from '../clients/nomad-cluster.js';
import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import type { Clock } from '@nomadctl/base/clock';
import { nomadOf } from './nomad-of.js';
import type { ClusterHost } from './cluster-host.js';

export interface Looking {
  readonly hosts: readonly ClusterHost[];
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what went wrong when nobody could be asked; the next look follows. */
  readonly line: (text: string) => void;
}

export interface ClientLook {
  /** A server that answers just now. */
  readonly nomad: NomadCluster;
  readonly clients: readonly NomadClient[];
}

const PAUSE_MS = 1000;

/**
 * Looks at Nomad's clients whenever something about them changes, and every other second, until the caller stops or the
 * patience is over. A server that fails, or has no leader for a moment, is no end: another one may answer.
 */
export async function* clientLooks({ hosts, patienceMs, clock, signal, line }: Looking): AsyncGenerator<ClientLook, void> {
  const deadline = clock.now() + patienceMs;
  let nomad: NomadCluster | undefined;
  let index = 0;
  do {
    try {
      nomad ??= await nomadOf(hosts, signal);
      const seen = await nomad.clients({ index, signal });
      index = Math.max(1, seen.index);
      yield { nomad, clients: seen.value };
    } catch (error) {
      if (isAbort(error) || !(error instanceof NomadctlError)) throw error;
      line(error.message);
      [nomad, index] = [undefined, 0];
      await clock.sleep(PAUSE_MS, signal);
    }
  } while (clock.now() < deadline);
}
