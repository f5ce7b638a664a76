import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { Paths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { newAgeKey, recipientsOf } from './age-seal.js';

type Home = Pick<Paths, 'home'>;

/** The operator's key file of age, in the home. */
export const operatorKeyFile = ({ home }: Home): string => join(home, 'age-key.txt');

/**
 * The public keys of this home's operator, whose file is made when there is none.
 * @throws ConfigError `age-key-invalid` for a file that is there and has no key in it: it might be all that is left of one
 */
export async function ensureOperatorKey(
  paths: Home,
): Promise<{ readonly file: string; readonly recipients: readonly string[]; readonly made: boolean }> {
  const file = operatorKeyFile(paths);
  const there = await readIfThere(file);
  if (there !== undefined) return { file, recipients: await publicKeysOf(file, there), made: false };
  const { file: text, recipient } = await newAgeKey();
  // It appears whole, and never in place of one that somebody else made meanwhile.
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  await makeFolder(paths.home);
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { file, recipients: await publicKeysOf(file, await readFile(file, 'utf8')), made: false };
  } finally {
    await rm(temporary, { force: true });
  }
  return { file, recipients: [recipient], made: true };
}

async function publicKeysOf(file: string, text: string): Promise<readonly string[]> {
  const recipients = await recipientsOf(text);
  if (recipients.length > 0) return recipients;
  throw new ConfigError(`${file} is no key file of age`, {
    code: 'age-key-invalid',
    why: 'it has no line with AGE-SECRET-KEY-1..., as nomadctl and age-keygen write it',
    next: hint`put back the copy that is kept elsewhere, or make another: ${shell`mv ${file} ${`${file}.broken`}`} && ${nomadctl`state key`}`,
  });
}

/**
 * The text of a key file.
 * @param given as `--key` named it; default: that of the home
 * @throws UsageError `age-key-missing`
 */
export async function readOperatorKey(
  given: string | undefined,
  paths: Home,
  { why, next }: { readonly why: string; readonly next: Hint },
): Promise<string> {
  const file = given ?? operatorKeyFile(paths);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`there is no key file ${file}`, { code: 'age-key-missing', why, next, cause });
  }
}
