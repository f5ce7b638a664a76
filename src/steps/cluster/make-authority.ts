import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Step, StepContext } from '../../engine/step.js';
import { authorityProblem, ensureAuthority } from '../../security/authority/authority-file.js';
import { ensureClusterSecrets, readClusterSecrets } from '../../security/cluster-secrets.js';

interface Secured {
  readonly cluster: { readonly name: string; readonly paths: ClusterPaths };
}

export interface AuthorityPlace<Subject, State> {
  /** Whether there may be agents by now that trust the authority. */
  readonly inUse: (at: StepContext<Subject, State>) => Promise<boolean>;
  /** Names of nodes whose tokens are chosen here, too; by default none. */
  readonly nodes?: (at: StepContext<Subject, State>) => readonly string[];
  /** Done before anything else. */
  readonly mark?: (at: StepContext<Subject, State>) => Promise<void>;
  /** Whether `mark` is still to be done. */
  readonly isMarked?: (at: StepContext<Subject, State>) => boolean;
}

/** Chooses every secret of the cluster as a whole, and makes the certificate by which its agents know each other. */
export function makeAuthorityStep<Subject extends Secured, State>({
  inUse,
  nodes = () => [],
  mark,
  isMarked = () => true,
}: AuthorityPlace<Subject, State>): Step<Subject, State> {
  return {
    id: 'make-authority',
    title: 'Making keys and an authority',
    hideWhenDone: true,
    async isDone(at) {
      const { paths } = at.cluster;
      const secrets = await readClusterSecrets({ paths, redact: at.redact }, nodes(at));
      const problem = secrets ? await authorityProblem(secrets.authorityKey, { paths, now: at.clock.now() }) : 'there are no keys yet';
      return problem === undefined && isMarked(at)
        ? { done: true }
        : { done: false, because: problem ?? 'the cluster is not marked as secured yet' };
    },
    async run(at) {
      const { redact, clock } = at;
      const { name, paths } = at.cluster;
      const isInUse = await inUse(at);
      if (isInUse && !(await readClusterSecrets({ paths, redact }, []))) throw secretsLost(paths);
      await mark?.(at);
      const { authorityKey } = await ensureClusterSecrets({ paths, redact }, nodes(at));
      await ensureAuthority(authorityKey, clock.now(), { cluster: name, paths, inUse: isInUse });
    },
  };
}

/** New ones would lock the agents out of each other, and us out of them. */
function secretsLost({ secrets }: ClusterPaths): ConfigError {
  return new ConfigError(`the cluster's keys are no longer in ${secrets}`, {
    code: 'secrets-missing',
    why: 'its agents elected with them, and take no others',
    next: hint`${nomadctl`state backup list`}   shows backups that may have them; without any, make the cluster anew: ${nomadctl`down`}`,
  });
}
