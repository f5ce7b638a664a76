import { readKey, reformatKey } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { HASHICORP_FINGERPRINT, hashicorpKey } from '../../../src/programs/hashicorp-key.js';
import { checkSignature, type TrustedKey } from '../../../src/programs/release-signature.js';
import { createReleaseKey, signDetached } from '../../helpers/release-key.js';

const DAY = 24 * 60 * 60 * 1000;
const content = 'abc  consul_1.22.0_linux_amd64.zip\n';

function check(signature: Uint8Array, key: { trusted: TrustedKey }, { now = Date.now(), text = content } = {}): Promise<void> {
  return checkSignature({ name: 'SHA256SUMS', content: Buffer.from(text), signature, now }, key.trusted);
}

test("the key that ships is HashiCorp's, and only the public half", async () => {
  const key = await readKey({ armoredKey: hashicorpKey });
  expect(key.getFingerprint()).toBe(HASHICORP_FINGERPRINT);
  expect(key.isPrivate()).toBe(false);
  expect(await key.getExpirationTime()).toEqual(new Date('2030-03-01T23:14:24Z'));
});

describe('a signature', () => {
  test('of the trusted key over this content is good', async () => {
    const key = await createReleaseKey();
    await expect(check(await signDetached(content, key), key)).resolves.toBeUndefined();
  });

  test('over other content is refused', async () => {
    const key = await createReleaseKey();
    await expect(check(await signDetached(content, key), key, { text: content.replace('abc', 'abd') })).rejects.toMatchObject({
      code: 'signature-invalid',
      exitCode: 1,
    });
  });

  test('of another key is refused', async () => {
    const [trusted, other] = await Promise.all([createReleaseKey(), createReleaseKey()]);
    await expect(check(await signDetached(content, other), trusted)).rejects.toMatchObject({
      why: [expect.stringContaining('Could not find signing key'), 'nothing was installed'],
    });
  });

  test.each([
    ['', 'nothing'],
    ['<html>please log in</html>', 'a web page'],
    ['\u0000\u0001', 'bytes'],
  ])('that is %j is refused', async (text) => {
    const key = await createReleaseKey();
    await expect(check(Buffer.from(text), key)).rejects.toMatchObject({ code: 'signature-invalid' });
  });
});

describe('a key that has expired', () => {
  const created = new Date(Date.now() - 10 * DAY);
  const expiring = () => createReleaseKey({ created, validSeconds: (5 * DAY) / 1000 });

  test('still vouches for what it signed before', async () => {
    const key = await expiring();
    await expect(check(await signDetached(content, key, new Date(Date.now() - 7 * DAY)), key)).resolves.toBeUndefined();
  });

  test('does not vouch for other content', async () => {
    const key = await expiring();
    await expect(check(await signDetached(content, key, new Date(Date.now() - 7 * DAY)), key, { text: 'other' })).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });

  test('does not vouch for what is signed later, and its newer copy is what is missing', async () => {
    const old = await expiring();
    const prolonged = await reformatKey({
      privateKey: old.secret,
      userIDs: [{ name: 'Release Test', email: 'release@test.invalid' }],
      format: 'object',
      date: created,
    });
    const signature = await signDetached(content, { ...old, secret: prolonged.privateKey }, new Date(Date.now() - DAY));
    await expect(check(signature, old)).rejects.toMatchObject({
      why: [expect.stringContaining("a newer nomadctl brings the key's newer copy"), 'nothing was installed'],
    });
  });
});

test('a key that its owner prolonged vouches for what it signed before that', async () => {
  const created = new Date(Date.now() - 10 * DAY);
  const key = await createReleaseKey({ created, validSeconds: (20 * DAY) / 1000 });
  const signature = await signDetached(content, key, new Date(Date.now() - 8 * DAY));
  const prolonged = await reformatKey({
    privateKey: key.secret,
    userIDs: [{ name: 'Release Test', email: 'release@test.invalid' }],
    keyExpirationTime: (100 * DAY) / 1000,
    date: new Date(Date.now() - 2 * DAY),
    format: 'armored',
  });
  await expect(check(signature, { trusted: { armored: prolonged.publicKey } })).resolves.toBeUndefined();
});
