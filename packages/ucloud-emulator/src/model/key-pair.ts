import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyPair } from '../records/host.js';
import { inSeconds } from '../params/answer-values.js';

/** A new pair, as ssh reads it: the private key as PEM, the public one as a line of authorized_keys. */
export function newKeyPair(): { readonly publicKey: string; readonly privateKey: string } {
  // ECDSA: made in a millisecond, where RSA would hold up every other request.
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const blob = Buffer.concat(['ecdsa-sha2-nistp256', 'nistp256', point].map((part) => field(Buffer.from(part))));
  return {
    publicKey: `ecdsa-sha2-nistp256 ${blob.toString('base64')}`,
    privateKey: privateKey.export({ format: 'pem', type: 'sec1' }).toString(),
  };
}

/** A length and that many bytes: https://www.rfc-editor.org/rfc/rfc4251#section-5 */
function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function fingerprint(publicKey: string): string {
  const digest = createHash('md5')
    .update(Buffer.from(publicKey.split(' ')[1] ?? '', 'base64'))
    .digest('hex');
  return digest.replace(/(..)(?!$)/g, '$1:');
}

export function showKeyPair({ id, name, project, created, fingerprint: print }: KeyPair): object {
  return { KeyPairId: id, KeyPairName: name, KeyPairFingerPrint: print, ProjectId: project, CreateTime: inSeconds(created) };
}
