import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import { waitFor } from '@nomadctl/base/wait-for';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { serversOf } from '../../cluster/cluster-node.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import { ACL_TITLES, aclTaken } from './acl-taken.js';
import type { Work } from './work.js';

/** A server that follows may know the token of its leader a little later. */
const STRANGER_MS = 3000;
/** Whoever asks first has the first token. So we ask often. */
const PAUSE_MS = 20;

/** `made`: by this call. `kept`: it was there. */
export type FirstToken = 'made' | 'kept';

export interface FirstTokenRequest {
  readonly cluster: ReachedCluster;
  readonly program: AgentProgram;
  /** A UUID of our choice, kept before this is called. */
  readonly management: Secret;
}

/**
 * Makes the first management token of a program, with a secret of our choice, as soon as its servers have a leader. May be done
 * again at any time: a run that was killed after the answer finds its token.
 * @throws OutcomeError `acl-taken` when somebody else has made the first token; `wait-timeout`
 */
export async function ensureFirstToken({ cluster, program, management }: FirstTokenRequest, work: Work): Promise<FirstToken> {
  const { clock, signal } = work;
  const servers = serversOf(cluster.nodes, program);
  let turn = 0;
  let strangerSince: number | undefined;
  return waitFor(
    {
      ...work,
      what: `${ACL_TITLES[program]}'s ACLs`,
      pauseMs: PAUSE_MS,
      next: nomadctl`status`,
      stillHopeful: () => {
        work.stillHopeful?.();
        if (strangerSince !== undefined && clock.now() - strangerSince > STRANGER_MS) throw aclTaken(program, nomadctl`access recover`);
      },
    },
    async () => {
      const server = servers[turn % servers.length];
      turn += 1;
      if (!server) return { observed: `the cluster has no server of ${ACL_TITLES[program]}` };
      const endpoint = { ...cluster.endpoint(server, program), token: management };
      const api = program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint);
      // Without a leader both hold other questions for seconds; who leads, they say at once.
      if ((await api.leader(signal)) === undefined) return { observed: `${server.name} sees no leader` };
      const { acl } = api;
      if (await acl.ownToken(signal)) return { value: 'kept' };
      if ((await acl.bootstrapAcl(management, signal)) === 'made') return { value: 'made' };
      strangerSince ??= clock.now();
      return { observed: `the first token was made, and ${server.name} does not know ours` };
    },
  );
}
