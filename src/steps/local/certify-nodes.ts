import { nodeCertificate, type NodeRecord } from '../../agents/node-record.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { issuingAuthority } from '../../security/authority/issuing-authority.js';
import { leafFilesProblem, writeLeafFiles } from '../../security/authority/leaf-files.js';
import type { CertifiedNode } from '../../security/authority/certified-names.js';
import { ensureClusterSecrets, readClusterSecrets } from '../../security/cluster-secrets.js';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';

/** Chooses the tokens of each node, and gives it a certificate; another one in the last third of its life. */
export const certifyNodesStep = defineStep({
  id: 'certify-nodes',
  title: 'Certifying nodes',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const names = at.state.nodes.map(({ name }) => name);
    if (!(await readClusterSecrets({ ...at, paths: at.cluster.paths }, names))) return { done: false, because: 'tokens to choose' };
    const [first] = await uncertified(at);
    return first === undefined ? { done: true } : { done: false, because: `${first.node.name}: ${first.problem}` };
  },
  async run(at) {
    const { cluster, state, redact, clock } = at;
    const names = state.nodes.map(({ name }) => name);
    const { authorityKey } = await ensureClusterSecrets({ paths: cluster.paths, redact }, names);
    const nodes = await uncertified(at);
    const authority = await issuingAuthority(authorityKey, cluster.paths);
    if (!authority) throw new Error(`${cluster.paths.ca} has no certificate of the key that the cluster has`);
    await mapBounded(nodes, FILES_AT_ONCE, ({ node }) =>
      writeLeafFiles(certified(node, at), nodeCertificate(cluster.paths.agents, node.name), { authority, now: clock.now(), redact }),
    );
    return { detail: nodes.length === 1 ? '1 node' : `${nodes.length} nodes` };
  },
});

type At = LocalContext<'nodes'>;

async function uncertified(at: At): Promise<{ node: NodeRecord; problem: string }[]> {
  const { cluster, state, clock, redact } = at;
  const secrets = await readClusterSecrets({ paths: cluster.paths, redact }, []);
  const authority = (secrets && (await issuingAuthority(secrets.authorityKey, cluster.paths))) ?? { certificate: '', chain: '' };
  const looks = await mapBounded(state.nodes, FILES_AT_ONCE, async (node) => ({
    node,
    problem: await leafFilesProblem(certified(node, at), nodeCertificate(cluster.paths.agents, node.name), {
      authority,
      now: clock.now(),
      redact,
    }),
  }));
  return looks.flatMap(({ node, problem }) => (problem === undefined ? [] : [{ node, problem }]));
}

function certified({ name, role, address }: NodeRecord, { cluster }: At): CertifiedNode {
  return { name, role, datacenter: cluster.settings.datacenter, addresses: [address] };
}
