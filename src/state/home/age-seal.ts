import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';

/*
 * What only some may read, though it lies where others keep things: age's own format, so that age itself opens it, too.
 * https://age-encryption.org/v1
 */

/** @param recipients public keys of age */
export async function seal(content: Buffer, recipients: readonly string[]): Promise<Buffer> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return Buffer.from(await encrypter.encrypt(new Uint8Array(content)));
}

/**
 * @param identity lines of a key file of age; comments in it are left out
 * @throws UsageError `age-key-wrong` for one that is no key, or that of somebody whom it is not for
 */
export async function unseal(sealed: Buffer, identity: string): Promise<Buffer> {
  const keys = identity.split('\n').filter((line) => line.startsWith('AGE-SECRET-KEY-'));
  try {
    const decrypter = new Decrypter();
    for (const key of keys) decrypter.addIdentity(key.trim());
    return Buffer.from(await decrypter.decrypt(new Uint8Array(sealed)));
  } catch {
    // The library's words might quote the key.
    throw new UsageError('the key does not open what is kept of the cluster', {
      code: 'age-key-wrong',
      why:
        keys.length === 0
          ? 'it has no line with AGE-SECRET-KEY-1...'
          : 'it is kept for other recipients, as state.recipients of its settings name them',
      next: nomadctl`attach --help`,
    });
  }
}

/** A key file of age, and the public key in it. */
export async function newAgeKey(): Promise<{ readonly file: string; readonly recipient: string }> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  return { file: `# public key: ${recipient}\n${identity}\n`, recipient };
}
