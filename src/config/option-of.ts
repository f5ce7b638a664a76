import { UsageError } from '../errors.js';
import { didYouMean } from '../lib/suggest.js';
import type { AnyOption, OptionTable } from '../options/option.js';
import { OWN_KEYS } from './cluster-file-problems.js';

/**
 * The option of a key that the user named.
 * @throws UsageError with the nearest key, and all of them.
 */
export function optionOf(key: string, table: OptionTable): AnyOption {
  const option = Object.hasOwn(table, key) ? table[key] : undefined;
  if (option) return option;
  const keys = Object.keys(table);
  const said = OWN_KEYS.includes(key) ? `${key} cannot be changed: a cluster keeps it` : `there is no key "${key}"${didYouMean(key, keys)}`;
  throw new UsageError(said, { code: 'key-unknown', why: `keys: ${keys.join(', ')}`, next: 'nomadctl config show' });
}
