import { createMessage, generateKey, readPrivateKey, sign, type PrivateKey } from 'openpgp';

/** A key of the test's own, in HashiCorp's place. */
export interface ReleaseKey {
  readonly trusted: { readonly armored: string };
  readonly secret: PrivateKey;
}

export interface KeyTimes {
  readonly created?: Date;
  readonly validSeconds?: number;
}

export async function createReleaseKey({ created, validSeconds }: KeyTimes = {}): Promise<ReleaseKey> {
  const pair = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'Release Test', email: 'release@test.invalid' }],
    format: 'armored',
    ...(created ? { date: created } : {}),
    ...(validSeconds ? { keyExpirationTime: validSeconds } : {}),
  });
  return { trusted: { armored: pair.publicKey }, secret: await readPrivateKey({ armoredKey: pair.privateKey }) };
}

export async function signDetached(content: string, { secret }: ReleaseKey, date?: Date): Promise<Buffer> {
  const message = await createMessage({ binary: Buffer.from(content) });
  const signature = await sign({ message, signingKeys: secret, detached: true, format: 'binary', ...(date ? { date } : {}) });
  return Buffer.from(signature);
}
