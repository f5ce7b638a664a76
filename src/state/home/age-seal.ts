import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { UsageError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import { mapBounded } from '@nomadctl/base/map-bounded';

/*
 * What only some may read, though it lies where others keep things: age's own format, so that age itself opens it, too.
 * https://age-encryption.org/v1
 */

/** @param recipients public keys of age */
export async function seal(content: Uint8Array, recipients: readonly string[]): Promise<Buffer> {
  return Buffer.from(await encrypterFor(recipients).encrypt(new Uint8Array(content)));
}

/** The same of what comes piece by piece: none of it is written down in between. */
export async function* sealPieces(content: AsyncIterable<Uint8Array>, recipients: readonly string[]): AsyncGenerator<Uint8Array> {
  // The library knows the browser's type, which is the same object.
  const pieces = ReadableStream.from(content) as Parameters<Encrypter['encrypt']>[0] & ReadableStream;
  yield* (await encrypterFor(recipients).encrypt(pieces)) as unknown as AsyncIterable<Uint8Array>;
}

function encrypterFor(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

/** What is sealed, for the error of a key that does not open it. */
export interface Sealed {
  /** `the backup 2026-…`, `what is kept of the cluster`. */
  readonly what: string;
  /** For whom, in words: `state.recipients of its settings name them`. */
  readonly whose: string;
  readonly next: Hint;
}

/**
 * @param identity lines of a key file of age; comments in it are left out
 * @throws UsageError `age-key-wrong` for one that is no key, or that of somebody whom it is not for
 */
export async function unseal(sealed: Uint8Array, identity: string, { what, whose, next }: Sealed): Promise<Buffer> {
  const keys = keysIn(identity);
  try {
    const decrypter = new Decrypter();
    for (const key of keys) decrypter.addIdentity(key);
    return Buffer.from(await decrypter.decrypt(new Uint8Array(sealed)));
  } catch {
    // The library's words might quote the key.
    const mine = await recipientsOf(identity).catch(() => []);
    throw new UsageError(`the key does not open ${what}`, {
      code: 'age-key-wrong',
      why: keys.length === 0 ? 'it has no line with AGE-SECRET-KEY-1...' : `it is that of ${mine.join(', ') || 'nobody'}; ${whose}`,
      next,
    });
  }
}

const KEYS_AT_ONCE = 8;

function keysIn(identity: string): string[] {
  return identity
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'));
}

/** The public keys of a key file, of those in it that are keys. */
export async function recipientsOf(identity: string): Promise<string[]> {
  const found = await mapBounded(keysIn(identity), KEYS_AT_ONCE, (key) => identityToRecipient(key).catch(() => undefined));
  return found.filter((key) => key !== undefined);
}

/** A key file of age, and the public key in it. */
export async function newAgeKey(): Promise<{ readonly file: string; readonly recipient: string }> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  return { file: `# public key: ${recipient}\n${identity}\n`, recipient };
}
