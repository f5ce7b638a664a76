import { createPrivateKey, X509Certificate } from 'node:crypto';
import { certificateLife, isEnding, type CertificateLife } from '@nomadctl/base/certificates/certificate-life';
import { openSecret } from '@nomadctl/base/secret/open-secret';
import type { Secret } from '@nomadctl/base/secret/secret';
import { EARLIER_MS } from './earlier.js';
import type { CertifiedNames } from './certified-names.js';

/** When a certificate holds; nothing for what is none. */
export function lifeOf(pem: string): CertificateLife | undefined {
  const found = parsed(pem);
  return found && certificateLife(found);
}

/** Certificates tell whole seconds. */
const SECOND_MS = 1000;

/** Whether a certificate was made after a time, in milliseconds since the epoch; not for what is none. */
export function isMadeSince(pem: string, since: number): boolean {
  const life = lifeOf(pem);
  return life !== undefined && life.from + EARLIER_MS + SECOND_MS > since;
}

/** Whether a private key is that of a certificate. */
export function isKeyOf(key: Secret, pem: string): boolean {
  try {
    return parsed(pem)?.checkPrivateKey(createPrivateKey(openSecret(key))) === true;
  } catch {
    return false;
  }
}

export interface WantedLeaf {
  /** PEM of who must have signed it. */
  readonly authority: string;
  readonly names: CertifiedNames;
  readonly now: number;
}

/** What is wrong with a node's certificate and its private key; nothing when both will do. */
export function leafProblem(
  { certificate, key }: { readonly certificate: string; readonly key: Secret },
  wanted: WantedLeaf,
): string | undefined {
  if (parsed(certificate) && !isKeyOf(key, certificate)) return 'its key is another one';
  return certificateProblem(certificate, wanted);
}

/** The same of a certificate alone: its key is where we do not look. */
export function certificateProblem(certificate: string, { authority, names, now }: WantedLeaf): string | undefined {
  const [leaf, issuer] = [parsed(certificate), parsed(authority)];
  if (!leaf || !issuer) return 'there is no whole certificate';
  if (!leaf.verify(issuer.publicKey)) return 'somebody else has signed it';
  const wanted = [...names.dns.map((name) => `DNS:${name}`), ...names.ip.map((address) => `IP Address:${address}`)];
  if ((leaf.subjectAltName ?? '') !== wanted.join(', ')) return 'it names something else';
  const life = certificateLife(leaf);
  // One that was made anew: agents have read the one before, and start anew with another certificate of their own.
  if (life.from < certificateLife(issuer).from) return 'its authority is younger';
  if (now < life.from) return 'it does not hold yet';
  return isEnding(life, now) ? 'it ends soon' : undefined;
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
