import { nodeCertificate, tasksCertificate } from '../../agents/node-record.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { leafFilesProblem, writeLeafFiles, type Asker, type LeafFiles } from '../../security/authority/leaf-files.js';
import type { CertifiedNode } from '../../security/authority/certified-names.js';
import { ensureClusterSecrets, readClusterSecrets } from '../../security/cluster-secrets.js';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';

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
    const { authorityKey: key } = await ensureClusterSecrets({ paths: cluster.paths, redact }, names);
    const authority = { key, certificate: await authorityOf(at) };
    const wanted = (await uncertified(at)).flatMap(({ leaves }) => leaves);
    await mapBounded(wanted, FILES_AT_ONCE, ({ whose, files }) => writeLeafFiles(whose, files, { authority, now: clock.now(), redact }));
    return { detail: wanted.length === 1 ? '1 certificate' : `${wanted.length} certificates` };
  },
});

type At = LocalContext<'nodes'>;

/** Certificates that are made anew together, because agents read them together. */
interface Holder {
  /** In a sentence: a node's name, or `the operator`. */
  readonly title: string;
  readonly leaves: readonly { readonly whose: CertifiedNode | Asker; readonly files: LeafFiles }[];
}

async function uncertified(at: At): Promise<(Holder & { readonly problem: string })[]> {
  const { clock, redact } = at;
  const surroundings = { authority: await authorityOf(at), now: clock.now(), redact };
  const looks = await mapBounded(holders(at), FILES_AT_ONCE, async (holder) => {
    for (const { whose, files } of holder.leaves) {
      const problem = await leafFilesProblem(whose, files, surroundings);
      if (problem !== undefined) return [{ ...holder, problem }];
    }
    return [];
  });
  return looks.flat();
}

function holders({ cluster: { settings, paths }, state }: At): Holder[] {
  const { datacenter, clientCertificates } = settings;
  const nodes = state.nodes.map(({ name, role, address }) => ({
    title: name,
    leaves: [
      { whose: { name, role, datacenter, addresses: [address] }, files: nodeCertificate(paths.agents, name) },
      ...(clientCertificates ? [{ whose: { asker: `${name}.tasks` }, files: tasksCertificate(paths.agents, name) }] : []),
    ],
  }));
  const operator = { title: 'the operator', leaves: [{ whose: { asker: 'operator' }, files: paths.operator }] };
  return clientCertificates ? [operator, ...nodes] : nodes;
}

async function authorityOf({ cluster }: At): Promise<string> {
  return (await readIfThere(cluster.paths.ca, 'authority-unreadable')) ?? '';
}
