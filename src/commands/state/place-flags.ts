import { flagOf, type CommandInput, type FlagSpec } from '../command.js';
import { listOf } from '../job/job-input.js';

/** Flags that say where states are kept. */
export const placeFlags: readonly FlagSpec[] = [
  { flag: '--address <url>', summary: 'of that Consul or HTTP server, or of an S3-compatible store that is not Amazon' },
  { flag: '--ca <file>', summary: 'certificate of the authority behind the address' },
  { flag: '--bucket <name>', summary: 'bucket of the S3-compatible store' },
  { flag: '--region <region>', summary: 'region of the S3-compatible store' },
];

/** Keys of the cluster file with what these flags say. */
export function pairsOf(kind: string, input: CommandInput): (readonly [string, string])[] {
  const words = (['address', 'ca', 'bucket', 'region'] as const).flatMap((key) => {
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
