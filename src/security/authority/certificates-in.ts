import { X509Certificate } from 'node:crypto';
import type { Secret } from '@nomadctl/base/secret/secret';
import { isKeyOf } from './certificate-standing.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a file, PEM each, in its order; none when there is nothing whole in it. */
export function certificatesIn(pem: string): string[] {
  return [...pem.matchAll(CERTIFICATE)].map(([found]) => `${found}\n`);
}

/** Those of a file that vouch for this private key. */
export function certificatesOf(key: Secret, pem: string): string[] {
  return certificatesIn(pem).filter((certificate) => isKeyOf(key, certificate));
}

/** Those that it has signed itself: what an earlier authority says of it is no beginning of trust. */
export function authoritiesOf(key: Secret, pem: string): string[] {
  return certificatesOf(key, pem).filter((certificate) => {
    const own = new X509Certificate(certificate);
    return own.ca && own.verify(own.publicKey);
  });
}
