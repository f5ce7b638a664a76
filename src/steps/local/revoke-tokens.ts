import { createConsulApi } from '../../clients/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { answeringServer } from '../../cluster/answering-server.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { forgetNodeTokens, nodesWithTokens, readNodeTokens } from '../../security/cluster-secrets.js';

/** Takes their rights from the tokens of nodes that are gone, and forgets them. */
export const revokeTokensStep = defineStep({
  id: 'revoke-tokens',
  title: 'Revoking tokens of removed nodes',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const gone = await goneNodes(at);
    return gone.length === 0 ? { done: true } : { done: false, because: `no longer there: ${gone.join(', ')}` };
  },
  async run(at) {
    const { cluster, state, redact, signal } = at;
    const where = { paths: cluster.paths, redact };
    const gone = await goneNodes(at);
    const reached = await reachNodes(state.nodes, at);
    const endpoint = reached.endpoint(await answeringServer(reached, 'consul', { signal }), 'consul');
    const { acl } = createConsulApi(endpoint);
    await mapBounded(await readNodeTokens(where, gone), REQUESTS_AT_ONCE, async (token) => {
      const own = await createConsulApi({ ...endpoint, token }).acl.ownToken(signal);
      if (own) await acl.deleteToken(own.AccessorID, signal);
    });
    await forgetNodeTokens(where, gone);
    return { detail: gone.join(', ') };
  },
});

/** Those that are still to be removed need theirs until then. */
async function goneNodes({ cluster, state, redact }: LocalContext<'nodes'>): Promise<string[]> {
  const there = [...state.nodes, ...(state.leaving ?? [])].map(({ name }) => name);
  return (await nodesWithTokens({ paths: cluster.paths, redact })).filter((node) => !there.includes(node));
}
