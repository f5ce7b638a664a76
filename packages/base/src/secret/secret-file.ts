import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../atomic-write.js';
import { openSecret } from './open-secret.js';
import { Secret } from './secret.js';

/** JSON with secrets in it. */
export type SecretDocument =
  Secret | null | boolean | number | string | readonly SecretDocument[] | { readonly [key: string]: SecretDocument | undefined };

/** Of nobody but the owner. */
const MODE = 0o600;

/**
 * Writes a file that is its owner's alone (0600, in a folder of 0700), whole or not at all: a secret as it is, anything else
 * as JSON with the secrets in it opened.
 */
export async function writeSecretFile(path: string, content: SecretDocument): Promise<void> {
  await writeFileAtomic(path, textOf(content), MODE);
}

/** Whether `writeSecretFile` would change nothing: a file that others may read is as good as none. */
export async function isSecretFile(path: string, content: SecretDocument): Promise<boolean> {
  try {
    const [text, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return (mode & 0o777) === MODE && text === textOf(content);
  } catch {
    return false;
  }
}

function textOf(content: SecretDocument): string {
  return Secret.isSecret(content) ? openSecret(content) : `${JSON.stringify(content, open, 2)}\n`;
}

/** `value` is a mask already when this is called: what it was made from is in the object around it. */
function open(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const before = this[key];
  return Secret.isSecret(before) ? openSecret(before) : value;
}
