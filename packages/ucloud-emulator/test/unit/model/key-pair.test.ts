import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { newKeyPair } from '../../../src/model/key-pair.js';
import { host } from '../../helpers/cloud-parts.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';

/** The fields of a key as ssh sends it: a length and that many bytes each. */
function fieldsOf(line: string): Buffer[] {
  let rest = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const fields: Buffer[] = [];
  while (rest.length > 0) {
    const length = rest.readUInt32BE();
    fields.push(rest.subarray(4, 4 + length));
    rest = rest.subarray(4 + length);
  }
  return fields;
}

test('a new pair is one pair: the line of authorized_keys has the point of the private key', () => {
  const { publicKey, privateKey } = newKeyPair();
  expect(publicKey).toMatch(/^ecdsa-sha2-nistp256 AAAA[A-Za-z0-9+/]+=*$/);
  expect(privateKey).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  const { x = '', y = '' } = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' });
  const [kind, curve, point, ...more] = fieldsOf(publicKey);
  expect([kind?.toString(), curve?.toString(), more]).toEqual(['ecdsa-sha2-nistp256', 'nistp256', []]);
  expect(point).toEqual(Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
  expect(newKeyPair().publicKey).not.toBe(publicKey);
});

test('a fingerprint is of the project, the id and the key', async () => {
  const cloud = await dispatchedCloud();
  const PublicKeyBody = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@home';
  const { KeyPairId, KeyPairFingerPrint } = cloud.ok('ImportUHostKeyPairs', { KeyPairName: 'mine', PublicKeyBody });
  const [{ ProjectId }] = cloud.ok('DescribeUHostKeyPairs').KeyPairs;
  const digest = createHash('md5').update(`${ProjectId}|${KeyPairId}|${PublicKeyBody}`).digest('hex');
  expect(KeyPairFingerPrint.replaceAll(':', '')).toBe(digest);
  expect(KeyPairFingerPrint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
});

test('a host says whether its pair is still there', async () => {
  const cloud = await dispatchedCloud();
  const { KeyPairId } = cloud.ok('CreateUHostKeyPair', { KeyPairName: 'mine' }).KeyPair;
  const id = host(cloud, { LoginMode: 'KeyPair', KeyPairId });
  const pair = () => cloud.ok('DescribeUHostInstance', { 'UHostIds.0': id }).UHostSet[0].KeyPair;
  expect(pair()).toEqual({ KeyPairId, KeyPairState: 'Normal' });
  cloud.ok('DeleteUHostKeyPairs', { 'KeyPairIds.0': KeyPairId });
  expect(pair()).toEqual({ KeyPairId, KeyPairState: 'Deleted' });
});

test('the private key is answered once, and is found by its fingerprint', async () => {
  const cloud = await dispatchedCloud();
  const { KeyPair } = cloud.ok('CreateUHostKeyPair', { KeyPairName: 'mine' });
  const { PrivateKeyBody, ...shown } = KeyPair;
  expect(PrivateKeyBody).toContain('PRIVATE KEY');
  expect(cloud.ok('DescribeUHostKeyPairs', { KeyPairFingerPrint: shown.KeyPairFingerPrint }).KeyPairs).toEqual([shown]);
});
