import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyPair } from '../records/host.js';
import type { Resource } from '../records/resource.js';
import type { Scope } from '../scope/scope.js';
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

/** UCloud's own, md5 of `ProjectId|KeyPairId|PublicKey`: https://docs.ucloud.cn/api/uhost-api/describe_uhost_key_pairs */
function fingerprint({ project, id }: Resource, publicKey: string): string {
  const digest = createHash('md5').update([project, id, publicKey].join('|')).digest('hex');
  return digest.replace(/(..)(?!$)/g, '$1:');
}

/** Keeps the public half of a pair. */
export function keepKeyPair(scope: Scope, { name, publicKey }: { readonly name: string; readonly publicKey: string }): KeyPair {
  const resource = scope.create('keyPair', { name });
  return scope.put('keyPair', { ...resource, publicKey, fingerprint: fingerprint(resource, publicKey) });
}

export function showKeyPair({ id, name, project, created, fingerprint: print }: KeyPair): object {
  return { KeyPairId: id, KeyPairName: name, KeyPairFingerPrint: print, ProjectId: project, CreateTime: inSeconds(created) };
}
