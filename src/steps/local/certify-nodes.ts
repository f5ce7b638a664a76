import { leavesOf, operatorLeaves, type Leaf } from '../../agents/certificates/leaves.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { issuingAuthority } from '../../security/authority/issuing-authority.js';
import { leafFilesProblem, writeLeafFiles } from '../../security/authority/leaf-files.js';
import { ensureClusterSecrets, readClusterSecrets } from '../../security/cluster-secrets.js';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';

/**
 * Chooses the tokens of each node, and gives it a certificate; another one in the last third of its life. Where agents want
 * certificates of whoever asks, also one for the operator, and one for the tasks of each node.
 */
export const certifyNodesStep = defineStep({
  id: 'certify-nodes',
  title: 'Certifying nodes',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const names = at.state.nodes.map(({ name }) => name);
    if (!(await readClusterSecrets({ ...at, paths: at.cluster.paths }, names))) return { done: false, because: 'tokens to choose' };
    const [first] = await uncertified(at);
    return first === undefined ? { done: true } : { done: false, because: `${first.title}: ${first.problem}` };
  },
  async run(at) {
    const { cluster, state, redact, clock } = at;
    const names = state.nodes.map(({ name }) => name);
    const { authorityKey } = await ensureClusterSecrets({ paths: cluster.paths, redact }, names);
    const wanted = (await uncertified(at)).flatMap(({ leaves }) => leaves);
    const authority = await issuingAuthority(authorityKey, cluster.paths);
    if (!authority) throw new Error(`${cluster.paths.ca} has no certificate of the key that the cluster has`);
    await mapBounded(wanted, FILES_AT_ONCE, ({ whose, files }) => writeLeafFiles(whose, files, { authority, now: clock.now(), redact }));
    return { detail: wanted.length === 1 ? '1 certificate' : `${wanted.length} certificates` };
  },
});

type At = LocalContext<'nodes'>;

/** Certificates that are made anew together. */
interface Holder {
  /** In a sentence: a node's name, or `the operator`. */
  readonly title: string;
  readonly leaves: readonly Leaf[];
}

async function uncertified(at: At): Promise<(Holder & { readonly problem: string })[]> {
  const { cluster, clock, redact } = at;
  const secrets = await readClusterSecrets({ paths: cluster.paths, redact }, []);
  const authority = (secrets && (await issuingAuthority(secrets.authorityKey, cluster.paths))) ?? { certificate: '', chain: '' };
  const surroundings = { authority, now: clock.now(), redact };
  const looks = await mapBounded(holders(at), FILES_AT_ONCE, async (holder) => {
    for (const { whose, files } of holder.leaves) {
      const problem = await leafFilesProblem(whose, files, surroundings);
      if (problem !== undefined) return [{ ...holder, problem }];
    }
    return [];
  });
  return looks.flat();
}

function holders({ cluster, state }: At): Holder[] {
  return [
    { title: 'the operator', leaves: operatorLeaves(cluster) },
    ...state.nodes.map((node) => ({ title: node.name, leaves: leavesOf(node, cluster) })),
  ];
}
