import { UsageError } from '../../../errors.js';
import { suggest } from '../../../lib/suggest.js';
import { flagName } from '../../../options/option.js';
import type { Key } from './desk.js';

const MOST_SHOWN = 12;

/** For a setting that UCloud does not offer: what it does offer, and the nearest of it. */
export function refuseValue(key: Key, value: string, offered: readonly string[]): UsageError {
  const nearest = suggest(value, offered) ?? offered[0];
  const more = offered.length > MOST_SHOWN ? ` and ${offered.length - MOST_SHOWN} more` : '';
  return new UsageError(`${key} "${value}" is not offered by UCloud here`, {
    code: 'ucloud-not-offered',
    why: offered.length === 0 ? 'nothing of the kind is' : `it offers ${offered.slice(0, MOST_SHOWN).join(', ')}${more}`,
    next: nearest === undefined ? `nomadctl config explain ${key}` : `the same with ${flagName(key)} ${nearest}`,
  });
}
