import { createHash } from 'node:crypto';

/**
 * UCloud's signature: names and values of all parameters, sorted by name, one after the other without separators, then the
 * private key; SHA-1 in hexadecimal. https://docs.ucloud.cn/api/summary/signature
 */
export function signatureOf(params: Readonly<Record<string, string>>, privateKey: string): string {
  const hash = createHash('sha1');
  for (const name of Object.keys(params).sort()) hash.update(name + params[name]);
  return hash.update(privateKey).digest('hex');
}
