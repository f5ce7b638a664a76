import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { hasStarted, profileOf } from '../../agents/profile/profile-mark.js';
import { defineStep } from '../../agents/local-subject.js';
import { authorityProblem, ensureAuthority } from '../../security/authority/authority-file.js';
import { ensureClusterSecrets, readClusterSecrets } from '../../security/cluster-secrets.js';

/** Chooses every secret of the cluster as a whole, and makes the certificate by which its agents know each other. */
export const makeAuthorityStep = defineStep({
  id: 'make-authority',
  title: 'Making keys and an authority',
  hideWhenDone: true,
  async isDone({ cluster: { paths }, redact, clock }) {
    const secrets = await readClusterSecrets({ paths, redact }, []);
    const problem = secrets ? await authorityProblem(secrets.authorityKey, { paths, now: clock.now() }) : 'there are no keys yet';
    return problem === undefined ? { done: true } : { done: false, because: problem };
  },
  async run({ cluster: { name, paths }, redact, clock }) {
    // Agents of a plain cluster that is to be secured know of none.
    const inUse = profileOf(paths.agents) === 'secure' && hasStarted(paths.agents);
    if (inUse && !(await readClusterSecrets({ paths, redact }, []))) throw secretsLost(paths);
    const { authorityKey } = await ensureClusterSecrets({ paths, redact }, []);
    await ensureAuthority(authorityKey, clock.now(), { cluster: name, paths, inUse });
  },
});

/** New ones would lock the agents out of each other, and us out of them. */
function secretsLost({ secrets }: ClusterPaths): ConfigError {
  return new ConfigError(`the cluster's keys are no longer in ${secrets}`, {
    code: 'secrets-missing',
    why: 'its agents elected with them, and take no others',
    next: hint`${shell`ls -l ${secrets}`}, put it back from where it was kept, or make the cluster anew: ${nomadctl`down`}`,
  });
}
