import { ApiError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import { codeIn } from '../../clients/s3/object-store.js';
import type { StateOwner } from '../state-owner.js';
import { placeTitle } from './place-title.js';

/** What is missing where a place does not let a run in, by the kind of the place. */
const LETS_IN: Readonly<Record<string, readonly [credentials: string, next: Hint]>> = {
  consul: [
    'the token is NOMADCTL_STATE_TOKEN, else CONSUL_HTTP_TOKEN',
    hint`${nomadctl`state backend --policy`}   prints what it needs, then ${again()}`,
  ],
  s3: [
    'the keys are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else those of the profile',
    hint`keys that may read, write and delete below nomadctl/ of the bucket, then ${again()}`,
  ],
  http: ['name and password are TF_HTTP_USERNAME and TF_HTTP_PASSWORD', hint`both as the server knows them, then ${again()}`],
};

/** What a run is to do whose place of states is away, for a while or for good, or does not let it in; any other failure as it is. */
export function placeProblem({ name, place }: Pick<StateOwner, 'name' | 'place'>, cause: unknown): unknown {
  if (!(cause instanceof ApiError)) return cause;
  const title = placeTitle(place);
  const [credentials = '', next] = LETS_IN[place.backend] ?? [];
  if (codeIn(cause) === 'RequestTimeTooSkewed') {
    return new PrerequisiteError(`${title} refuses this run because the clock of this computer is wrong`, {
      code: 'state-clock',
      why: ['requests are signed with the time, and more than 15 minutes off are refused', ...cause.why],
      next: hint`${shell`timedatectl set-ntp true`} && ${again()}`,
      cause,
    });
  }
  if (codeIn(cause) === 'NoSuchBucket') {
    return new PrerequisiteError(`${title}: there is no such bucket`, {
      code: 'state-bucket-missing',
      why: cause.why,
      next: hint`make it where the store is kept, then ${again()}`,
      cause,
    });
  }
  if (cause.code === 'api-forbidden' || STRANGERS.includes(codeIn(cause) ?? '')) {
    return new PrerequisiteError(`${title} does not let this run work on the states of cluster ${name}`, {
      ...{ code: 'state-forbidden', why: [...cause.why, credentials], next, cause },
    });
  }
  if (Number(cause.details?.['status']) === 413) {
    return new PrerequisiteError(`${title} takes no values as large as what is to be kept of cluster ${name}`, {
      code: 'state-too-large',
      why: [...cause.why, 'what was there before is untouched'],
      next: hint`raise limits.txn_max_req_len and limits.kv_max_value_size of its Consul, or what the server allows, then ${again()}`,
      cause,
    });
  }
  if (cause.code !== 'api-unreachable' && !isDown(cause)) return cause;
  return new PrerequisiteError(`what keeps the states of cluster ${name} does not answer: ${title}`, {
    code: 'state-unreachable',
    why: cause.code === 'api-unreachable' ? cause.why : [cause.message, ...cause.why],
    next: hint`${again()}, once it answers; where it is gone for good: ${nomadctl`state backend local --cluster ${name}`}`,
    cause,
  });
}

/** Stores do not agree on the status of keys that they do not know: versitygw answers 404. */
const STRANGERS = ['InvalidAccessKeyId', 'XAdminUserNotFound'];

/** Answers of servers that are there and cannot work: a Consul without a leader says 500. */
function isDown({ details }: ApiError): boolean {
  return Number(details?.['status']) >= 500;
}
