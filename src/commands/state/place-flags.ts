import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { flagOf, type CommandInput, type FlagSpec } from '../command.js';
import { listOf } from '../job/job-input.js';

/** Flags that say where states are kept. */
export const placeFlags: readonly FlagSpec[] = [
  { flag: '--address <url>', summary: 'of that Consul or HTTP server, or of an S3-compatible store that is not Amazon' },
  { flag: '--ca <file>', summary: 'certificate of the authority behind the address' },
  { flag: '--bucket <name>', summary: 'bucket of the S3-compatible store' },
  { flag: '--region <region>', summary: 'region of the S3-compatible store' },
];

const KEYS = ['address', 'ca', 'bucket', 'region'] as const;
/** What each kind of place is told by. */
const USES: Readonly<Record<string, readonly (typeof KEYS)[number][]>> = { consul: ['address', 'ca'], http: ['address', 'ca'], s3: KEYS };

/** Keys of the cluster file with what these flags say. @throws UsageError `flag-unused` for one that the kind of place would ignore */
export function pairsOf(kind: string, input: CommandInput): (readonly [string, string])[] {
  refuseUnused(kind, input);
  const words = KEYS.flatMap((key) => {
    const value = flagOf(input, key);
    return value === undefined ? [] : [[`state.${key}`, value] as const];
  });
  const recipients = listOf(input, 'recipient');
  return [
    ['state.backend', kind] as const,
    ...words,
    ...(recipients.length > 0 ? [['state.recipients', recipients.join(',')] as const] : []),
  ];
}

function refuseUnused(kind: string, input: CommandInput): void {
  const unused = KEYS.find((key) => flagOf(input, key) !== undefined && !(USES[kind] ?? []).includes(key));
  if (unused !== undefined) throw unusedFlag(unused, kind === 'local' ? 'states in this home are told by nothing' : `${kind} has none`);
  const address = flagOf(input, 'address');
  if (flagOf(input, 'ca') !== undefined && address !== undefined && /^http:/.test(address))
    throw unusedFlag('ca', `${address} is no https, and shows no certificate`);
}

function unusedFlag(key: string, why: string): UsageError {
  return new UsageError(`--${key} would be ignored: ${why}`, {
    code: 'flag-unused',
    why: 'nothing was changed',
    next: again({ [key]: undefined }),
  });
}
