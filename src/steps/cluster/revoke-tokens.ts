import type { ClusterPaths } from '@nomadctl/base/paths';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { answeringServer } from '../../cluster/answering-server.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Step, StepContext } from '../../engine/step.js';
import { deleteConsulToken } from '../../security/acl/delete-token.js';
import { forgetNodeTokens, nodesWithTokens, readNodeTokens } from '../../security/cluster-secrets.js';

interface Secured {
  readonly cluster: { readonly paths: ClusterPaths };
}

export interface TokensPlace<Subject, State, Key extends keyof State> {
  /** The key of the state by which `reached` reaches the cluster's nodes. */
  readonly needs: Key;
  readonly reached: (at: StepContext<Subject, State, Key>) => Promise<ReachedCluster>;
  /** Of the nodes that are there. */
  readonly names: (at: StepContext<Subject, State, Key>) => readonly string[];
}

/** Takes their rights from the tokens of nodes that are gone, and forgets them. */
export function revokeTokensStep<Subject extends Secured, State, Key extends keyof State>({
  needs,
  reached,
  names,
}: TokensPlace<Subject, State, Key>): Step<Subject, State, Key> {
  const goneNodes = async (at: StepContext<Subject, State, Key>): Promise<string[]> => {
    const there = names(at);
    return (await nodesWithTokens({ paths: at.cluster.paths, redact: at.redact })).filter((node) => !there.includes(node));
  };
  return {
    id: 'revoke-tokens',
    title: 'Revoking tokens of removed nodes',
    hideWhenDone: true,
    requires: [needs],
    async isDone(at) {
      const gone = await goneNodes(at);
      return gone.length === 0 ? { done: true } : { done: false, because: `no longer there: ${gone.join(', ')}` };
    },
    async run(at) {
      const { clock, signal } = at;
      const where = { paths: at.cluster.paths, redact: at.redact };
      const gone = await goneNodes(at);
      const cluster = await reached(at);
      const endpoint = cluster.endpoint(await answeringServer(cluster, 'consul', { signal }), 'consul');
      await mapBounded(await readNodeTokens(where, gone), REQUESTS_AT_ONCE, (token) =>
        deleteConsulToken(endpoint, token, { clock, signal }),
      );
      await forgetNodeTokens(where, gone);
      return { detail: gone.join(', ') };
    },
  };
}
