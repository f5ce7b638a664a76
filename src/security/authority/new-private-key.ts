import { generateKeyPairSync } from 'node:crypto';
import { Secret } from '@nomadctl/base/secret/secret';
import type { Redactor } from '@nomadctl/base/redact';

/** A new private key on the curve P-256, as PKCS #8 in PEM: of a cluster's authority, or of a node. */
export function newPrivateKey(redact: Pick<Redactor, 'add'>): Secret {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), redact);
}
