import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import { waitFor } from '@nomadctl/base/wait-for';
import { createNomadApi } from '../../clients/nomad-api.js';
import { serversOf } from '../../cluster/cluster-node.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Work } from './work.js';

/** A server that follows may know the token of its leader a little later. */
const STRANGER_MS = 3000;
/** Nomad has no key in its configuration for the first token: whoever asks first has it. So we ask often. */
const PAUSE_MS = 20;

/** `made`: by this call. `kept`: it was there. */
export type NomadAclOutcome = 'made' | 'kept';

/**
 * Makes the first management token of Nomad, with a secret of our choice, as soon as its servers have a leader. May be done
 * again at any time: a run that was killed after Nomad's answer finds its token.
 * @throws OutcomeError `acl-taken` when somebody else has made the first token; `wait-timeout`
 */
export async function ensureNomadAcl(cluster: ReachedCluster, management: Secret, work: Work): Promise<NomadAclOutcome> {
  const { clock, signal } = work;
  const servers = serversOf(cluster.nodes, 'nomad');
  let turn = 0;
  let strangerSince: number | undefined;
  return waitFor(
    {
      ...work,
      what: "Nomad's ACLs",
      pauseMs: PAUSE_MS,
      next: nomadctl`status`,
      stillHopeful: () => {
        work.stillHopeful?.();
        if (strangerSince !== undefined && clock.now() - strangerSince > STRANGER_MS) throw aclTaken();
      },
    },
    async () => {
      const server = servers[turn % servers.length];
      turn += 1;
      if (!server) return { observed: 'the cluster has no server of Nomad' };
      const nomad = createNomadApi({ ...cluster.endpoint(server, 'nomad'), token: management });
      // Without a leader Nomad holds other questions for seconds; who leads, it says at once.
      if ((await nomad.leader(signal)) === undefined) return { observed: `${server.name} sees no leader` };
      const { acl } = nomad;
      if (await acl.ownToken(signal)) return { value: 'kept' };
      if ((await acl.bootstrapAcl(management, signal)) === 'made') return { value: 'made' };
      strangerSince ??= clock.now();
      return { observed: `the first token was made, and ${server.name} does not know ours` };
    },
  );
}

function aclTaken(): OutcomeError {
  return new OutcomeError("Nomad has its first management token, and it is not the one that this cluster's secrets have", {
    code: 'acl-taken',
    why: [
      'Nomad gives it once, to whoever asks first: somebody was faster when the cluster came up, or has deleted ours since',
      'whoever has one may do everything; recovering names all of them',
    ],
    next: nomadctl`access recover`,
  });
}
