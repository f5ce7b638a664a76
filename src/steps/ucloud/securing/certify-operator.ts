import { issuingAuthority } from '../../../security/authority/issuing-authority.js';
import { leafFilesProblem, writeLeafFiles } from '../../../security/authority/leaf-files.js';
import { readClusterSecrets } from '../../../security/cluster-secrets.js';
import { defineStep, type UcloudContext } from '../../../ucloud/ucloud-subject.js';

const OPERATOR = { asker: 'operator' };

/** By what nomadctl is known where agents ask everybody for a certificate; another one in the last third of its life. */
export const certifyOperatorStep = defineStep({
  id: 'certify-operator',
  title: 'Certifying the operator',
  hideWhenDone: true,
  async isDone(at) {
    const authority = await authorityOf(at);
    const files = at.cluster.paths.operator;
    const problem = authority
      ? await leafFilesProblem(OPERATOR, files, { authority, now: at.clock.now(), redact: at.redact })
      : 'there is no authority yet';
    return problem === undefined ? { done: true } : { done: false, because: problem };
  },
  async run(at) {
    const authority = await authorityOf(at);
    if (!authority) throw new Error(`${at.cluster.paths.ca} has no certificate of the key that the cluster has`);
    await writeLeafFiles(OPERATOR, at.cluster.paths.operator, { authority, now: at.clock.now(), redact: at.redact });
  },
});

async function authorityOf({ cluster: { paths }, redact }: UcloudContext) {
  const secrets = await readClusterSecrets({ paths, redact }, []);
  return secrets && issuingAuthority(secrets.authorityKey, paths);
}
