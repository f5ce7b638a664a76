import type { Context } from '../../../context.js';
import { hint, nomadctl, again } from '@nomadctl/base/hint/hint';
import { recipientsOf } from '../../../state/home/age-seal.js';
import { ensureOperatorKey, readOperatorKey } from '../../../state/home/operator-key.js';
import { flagOf, type CommandInput } from '../../command.js';

/**
 * For whom a backup is encrypted: the operators whom the settings name, else the one of this home, whose key is made when there is none.
 * @param key a key file that reads the backup which is put back: its owner is to read what was there before, too
 */
export async function readersOf(operators: readonly string[], { paths }: Pick<Context, 'paths'>, key?: string): Promise<readonly string[]> {
  const given = key === undefined ? [] : await recipientsOf(await keyText(key, paths));
  const readers = [...new Set([...operators, ...given])];
  return readers.length > 0 ? readers : (await ensureOperatorKey(paths)).recipients;
}

const keyText = (key: string, paths: Context['paths']): Promise<string> =>
  readOperatorKey(key, paths, { why: 'it was named by --key', next: again({ key: '<file>' }) });

/** The key file that opens a backup. @throws UsageError `age-key-missing` */
export function keyFor(id: string, input: CommandInput, { paths }: Pick<Context, 'paths'>): Promise<string> {
  return readOperatorKey(flagOf(input, 'key'), paths, {
    why: `the backup ${id} is encrypted, and only the key file of an operator opens it`,
    next: hint`${again({ key: '<file>' })}; whose it is: ${nomadctl`state backup show ${id}`}`,
  });
}
