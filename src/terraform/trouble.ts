import { quotedRefusal } from '../clients/ucloud/quoted-refusal.js';
import { GATEWAY, THROTTLED } from '../clients/ucloud/ret-codes.js';
import type { Diagnostic, Gathered } from './plan-stream.js';

/**
 * Why what terraform could not do may go in a moment: UCloud throttles; its lists do not show yet what was made; or an answer
 * was lost on the way.
 */
export type Trouble = 'throttled' | 'late' | 'passing';

/**
 * The provider repeats a binding whose answer was lost, and is told that it is there: the address is in use, or the host has
 * one. What terraform does not know of is unbound before the next attempt.
 */
const BOUND_CODES = [4212, 4154];
const PASSING_WORDS =
  /\b(EOF|connection reset|connection refused|broken pipe|i\/o timeout|TLS handshake timeout|Client\.Timeout|HttpStatusError|[Ss]tatus(?: code)?:? 5\d\d|5\d\d (?:Internal|Bad Gateway|Service|Gateway))/;
/**
 * Terraform calls it a bug in the provider: what was made a moment ago was not in the list when the provider read it back.
 * The provider's own words for the same are `is not found`; `import` has others.
 */
const LATE_WORDS =
  /Root object was present, but now absent|error on describing instance, expected exactly one instance, got 0|the specified \w[\w ]* \S+ is not found|Cannot import non-existent remote object/;

/** What kind of trouble a whole run met; undefined when anything in it will not pass by itself. */
export function troubleIn({ errors }: Pick<Gathered, 'errors'>): Trouble | undefined {
  const kinds = errors.map(troubleOf);
  if (kinds.length === 0 || kinds.includes(undefined)) return undefined;
  return (['throttled', 'late', 'passing'] as const).find((kind) => kinds.includes(kind));
}

function troubleOf(error: Diagnostic): Trouble | undefined {
  const text = `${error.summary}\n${error.detail ?? ''}`;
  const refusal = refusalIn(error);
  if (refusal?.retCode === THROTTLED) return 'throttled';
  // The provider tries none of the gateway's again by itself.
  if (refusal) return [...GATEWAY, ...BOUND_CODES].includes(refusal.retCode) ? 'passing' : undefined;
  if (LATE_WORDS.test(text)) return 'late';
  return PASSING_WORDS.test(text) ? 'passing' : undefined;
}

/** UCloud's answer, where the error is about one. */
export function refusalIn({ summary, detail = '' }: Pick<Diagnostic, 'summary' | 'detail'>): ReturnType<typeof quotedRefusal> {
  return quotedRefusal(`${summary}\n${detail}`);
}

/** Addresses of what was made and then not found: it is at UCloud, and terraform does not know of it. */
export function lostIn({ errors }: Pick<Gathered, 'errors'>): string[] {
  return errors
    .filter((error) => troubleOf(error) === 'late')
    .flatMap(({ address, detail = '' }) => address ?? /When applying changes to (\S+), provider/.exec(detail)?.[1] ?? []);
}
