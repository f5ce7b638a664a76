import { join } from 'node:path';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Redactor } from '@nomadctl/base/redact';
import type { Secret } from '@nomadctl/base/secret/secret';
import { nomadOf } from '../../cluster/answering-server.js';
import type { ReachedCluster } from '../../cluster/reach.js';

/*
 * Where Nomad's servers want to know a client before it comes (`introduction: 'strict'` of `NodeSecurity`), whoever is to become one
 * shows a token that was made for its name. A client that has registered once needs none again, unless its data is lost.
 * https://developer.hashicorp.com/nomad/docs/deploy/clusters/federate-regions#client-introduction
 */

/** Where a client's agent looks for its token when it starts. Whatever lies there may go when it has registered. */
export function introductionFile(data: string): string {
  return join(data, 'client', 'intro_token.jwt');
}

export interface Introductions {
  /** Reached with the management token. Nomad's servers are there, and have their keyring. */
  readonly cluster: ReachedCluster;
  /** Names of nodes that are about to start as clients. */
  readonly clients: readonly string[];
  /** Puts a token where its node looks (`introductionFile`), for the agent's eyes alone: on this computer, or over ssh. */
  readonly push: (node: string, token: Secret) => Promise<void>;
}

/** For an agent to be started; the servers' limit is half an hour (security-config.ts). */
const LIFE_MS = 10 * 60_000;

/** Makes a token for each client and pushes it. May be done again at any time: each is another one. @throws ApiError; OutcomeError `no-server` */
export async function introduceClients(
  { cluster, clients, push }: Introductions,
  { redact, signal }: { readonly redact: Redactor; readonly signal: AbortSignal },
): Promise<void> {
  if (clients.length === 0) return;
  const { acl } = await nomadOf(cluster, { signal });
  await mapBounded(clients, REQUESTS_AT_ONCE, async (node) =>
    push(node, await acl.introductionToken(node, { lifeMs: LIFE_MS, redact, signal })),
  );
}
