import { createHash } from 'node:crypto';
import { openSecret } from '@nomadctl/base/secret/open-secret';
import type { Secret } from '@nomadctl/base/secret/secret';

/** What UCloud knows an account by. The public key names it, and is kept as carefully: it is half of a login. */
export interface KeyPair {
  readonly publicKey: Secret;
  readonly privateKey: Secret;
}

/** The door to a request's signature: the parameters with the public key and the signature, as they are sent. */
export function signed(params: Readonly<Record<string, string>>, { publicKey, privateKey }: KeyPair): Record<string, string> {
  const form = { ...params, PublicKey: openSecret(publicKey) };
  return { ...form, Signature: signatureOf(form, privateKey) };
}

/**
 * UCloud's signature: names and values of all parameters, sorted by name, one after the other without separators, then the
 * private key; SHA-1 in hexadecimal. https://docs.ucloud.cn/api/summary/signature
 */
export function signatureOf(params: Readonly<Record<string, string>>, privateKey: Secret): string {
  const hash = createHash('sha1');
  for (const name of Object.keys(params).sort()) hash.update(name + params[name]);
  return hash.update(openSecret(privateKey)).digest('hex');
}
