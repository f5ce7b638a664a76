import { ApiError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

export interface Refused {
  readonly id: string;
  /** The job in a command. */
  readonly words: readonly string[];
}

interface Sentence {
  readonly code: string;
  readonly message: string;
  readonly why: string;
  readonly next: Hint;
}

/**
 * What Nomad says when it refuses, and what that means. Its API answers with a line of text and no code, mostly as a 500; the
 * lines are those of 1.8 to 1.11 (nomad/job_endpoint.go, deployment_endpoint.go, deploymentwatcher).
 */
const REFUSALS: readonly (readonly [said: RegExp, (refused: Refused, match: RegExpExecArray) => Sentence])[] = [
  [
    /job scaling blocked due to active deployment/,
    ({ id, words }) => ({
      code: 'deployment-active',
      message: `job ${id} cannot be scaled now`,
      why: 'a deployment of it is under way, and Nomad scales nothing meanwhile; --fail-deployment ends it first',
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /group count was (greater|less) than scaling policy (?:maximum|minimum): (\d+) [<>] (\d+)/,
    ({ id, words }, [, how, asked, limit]) => ({
      code: 'count-refused',
      message: `job ${id} cannot be scaled to ${asked}`,
      why: `the scaling block of its job file allows ${limit} at ${how === 'greater' ? 'most' : 'least'}`,
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /jobs of type "(\w+)" can only be scaled between (\d+) and (\d+)/,
    ({ id, words }, [, type]) => ({
      code: 'count-refused',
      message: `job ${id} cannot be scaled to that`,
      why: `a ${type} job runs once on every node that fits: its count is 1, or 0 for none at all`,
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /Task group "([^"]+)" has (\d+)\/(\d+) healthy allocations/,
    ({ id, words }, [, group, healthy, wanted]) => ({
      code: 'canaries-not-healthy',
      message: `the canaries of ${id} are not healthy yet, and only healthy ones are promoted`,
      why: `group ${group}: ${healthy} of ${wanted} healthy`,
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /can't (promote|fail|set health status for|pause|resume) terminal deployment/,
    ({ id, words }) => ({
      code: 'deployment-ended',
      message: `the deployment of job ${id} has ended meanwhile`,
      why: 'nothing of it can be changed any more',
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /Current job has version (\d+); enforcing version (\d+)|Enforcing job modify index/,
    ({ id, words }) => ({
      code: 'job-changed',
      message: `job ${id} was changed by somebody else meanwhile`,
      why: 'nothing was registered',
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /job "[^"]*"(?: in namespace "[^"]*")? (?:at version (\d+) )?not found|^job not found|job versions not found/,
    ({ id, words }, [, version]) =>
      version === undefined
        ? {
            code: 'job-removed',
            message: `job ${id} is not in the cluster any more`,
            why: 'somebody has removed it meanwhile',
            next: nomadctl`job list`,
          }
        : {
            code: 'version-unknown',
            message: `job ${id} has no version ${version} any more`,
            why: 'Nomad keeps the newest versions only',
            next: nomadctl`job revert ${words}`,
          },
  ],
  [
    /can't revert to current version/,
    ({ id, words }) => ({
      code: 'version-unknown',
      message: `job ${id} is at that version already`,
      why: 'nothing was registered',
      next: nomadctl`job status ${words}`,
    }),
  ],
  [
    /[Pp]ermission denied|ACL (?:token )?not found/,
    ({ id }) => ({
      code: 'api-forbidden',
      message: `nobody may do that to job ${id} with this token`,
      why: 'the token may not do it, or is not known any more',
      next: nomadctl`doctor`,
    }),
  ],
  [
    /No cluster leader/,
    ({ id }) => ({
      code: 'no-leader',
      message: `nobody decides about job ${id}: Nomad's servers have no leader`,
      why: 'a majority of them has to be there',
      next: nomadctl`status`,
    }),
  ],
];

/**
 * A refusal of Nomad's as what it means, why, and what comes next; one that nobody has met in Nomad's words, without the bullets
 * and counts that Go prints around lists of errors. Every other error as it is.
 */
export function refusalInWords(error: unknown, refused: Refused): unknown {
  if (!(error instanceof ApiError) || !/^api-(refused|not-found|forbidden)$/.test(error.code)) return error;
  const said = String(error.details?.['said'] ?? error.why.join('\n'));
  const { words } = refused;
  const status = error.details?.['status'];
  for (const [pattern, sentenceOf] of REFUSALS) {
    const match = pattern.exec(said);
    if (!match) continue;
    const { message, code, why, next } = sentenceOf(refused, match);
    return during(new OutcomeError(message, { code, why, next, details: { job: refused.id, status, said }, cause: error }), error);
  }
  const why = said
    .split('\n')
    .map((line) => line.replace(/^[\s*]+/, '').trim())
    .filter((line) => line !== '' && !/^\d+ errors? occurred:$/.test(line));
  const next = error.next ?? nomadctl`job status ${words}`;
  return during(
    new OutcomeError(`Nomad refused what was asked of job ${refused.id}`, {
      code: error.code,
      why,
      next,
      details: error.details,
      cause: error,
    }),
    error,
  );
}

/** The step that was running, and its log. */
function during(told: OutcomeError, { during: step }: ApiError): OutcomeError {
  told.during = step;
  return told;
}
