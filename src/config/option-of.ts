import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { AnyOption, OptionTable } from '../options/option.js';
import { OWN_KEYS, soundsSecret } from './cluster-file-problems.js';

/**
 * The option of a key that the user named.
 * @throws UsageError with the nearest key, and all of them.
 */
export function optionOf(key: string, table: OptionTable): AnyOption {
  const option = Object.hasOwn(table, key) ? table[key] : undefined;
  if (option) return option;
  const keys = Object.keys(table);
  if (soundsSecret(key)) throw secretKey(key);
  const inside = keys.filter((other) => other.startsWith(`${key}.`));
  const nearest = inside.length > 0 ? ` (did you mean "${inside[0]}"?)` : didYouMean(key, keys);
  const said = OWN_KEYS.includes(key) ? `${key} cannot be changed: a cluster keeps it` : `there is no key "${key}"${nearest}`;
  throw new UsageError(said, { code: 'key-unknown', why: `keys: ${keys.join(', ')}`, next: nomadctl`config show` });
}

function secretKey(key: string): UsageError {
  return new UsageError(`there is no key "${key}": a cluster file holds no secret`, {
    code: 'key-secret',
    why: 'keys to a cloud come from the environment, or init asks for them and keeps them in a file that is yours alone',
    next: nomadctl`init`,
  });
}
