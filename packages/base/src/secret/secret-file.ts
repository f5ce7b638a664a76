import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../atomic-write.js';
import { openDocument } from './open-document.js';
import { Secret, type SecretDocument } from './secret.js';

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
  const text = openDocument(content, 2);
  return Secret.isSecret(content) ? text : `${text}\n`;
}
