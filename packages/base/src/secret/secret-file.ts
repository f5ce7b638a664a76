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
  const text = Secret.isSecret(content) ? openSecret(content) : `${JSON.stringify(content, open, 2)}\n`;
  await writeFileAtomic(path, text, MODE);
}

/** `value` is a mask already when this is called: what it was made from is in the object around it. */
function open(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const before = this[key];
  return Secret.isSecret(before) ? openSecret(before) : value;
}
