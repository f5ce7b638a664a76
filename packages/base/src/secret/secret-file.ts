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
  const text = openDocument(content, 2);
  await writeFileAtomic(path, Secret.isSecret(content) ? text : `${text}\n`, MODE);
}
