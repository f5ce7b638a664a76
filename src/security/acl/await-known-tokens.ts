import { nomadctl } from '@nomadctl/base/hint/hint';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import { waitFor } from '@nomadctl/base/wait-for';
import { createNomadApi } from '../../clients/nomad-api.js';
import { serversOf } from '../../cluster/cluster-node.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import { awaitConsulAcl } from './await-consul-acl.js';
import { tokenUnknown } from './token-unknown.js';
import type { Work } from './work.js';

/** A server that has just started may not have read the tokens yet. */
const UNKNOWN_MS = 8000;

export interface HeldTokens {
  readonly cluster: ReachedCluster;
  /** Whether Nomad's first token may still be made beside this: whoever makes it says what is wrong with it, and this waits. */
  readonly isFirstBeingMade: boolean;
}

/**
 * Does something for as long as there is hope that Consul and Nomad know the management tokens with which it is done: without them
 * it would wait for what it is never told.
 * @throws what `work` throws; OutcomeError `token-unknown`, or `wait-timeout` as of the tokens
 */
export async function whileTokensHold(tokens: HeldTokens, work: Work, wait: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const failed = new AbortController();
  const signal = anySignal(work.signal, failed.signal);
  const ending = async (part: Promise<unknown>): Promise<void> => {
    await part.catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  };
  const own = { ...work, signal };
  await Promise.all([ending(wait(signal)), ending(awaitConsulAcl(tokens.cluster, own)), ending(awaitNomadToken(tokens, own))]);
}

async function awaitNomadToken({ cluster, isFirstBeingMade }: HeldTokens, { clock, signal, timeoutMs }: Work): Promise<void> {
  const servers = serversOf(cluster.nodes, 'nomad');
  let turn = 0;
  let unknownSince: number | undefined;
  const stillHopeful = (): void => {
    if (!isFirstBeingMade && unknownSince !== undefined && clock.now() - unknownSince > UNKNOWN_MS) throw tokenUnknown('nomad');
  };
  await waitFor({ what: "Nomad's ACLs", timeoutMs, clock, signal, next: nomadctl`status`, stillHopeful }, async () => {
    const server = servers[turn % servers.length];
    turn += 1;
    if (!server) return { value: undefined };
    const nomad = createNomadApi(cluster.endpoint(server, 'nomad'));
    // Without a leader Nomad holds the question for seconds before it answers; who leads, it says at once.
    if ((await nomad.leader(signal)) === undefined) return { observed: `${server.name} sees no leader` };
    if (await nomad.acl.ownToken(signal)) return { value: undefined };
    unknownSince ??= clock.now();
    return { observed: `${server.name} does not know the management token` };
  });
}
