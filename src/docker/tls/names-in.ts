import { X509Certificate } from 'node:crypto';
import type { CertifiedNames } from '../../security/authority/certified-names.js';

/** By what names a certificate vouches for whoever shows it; none for what is no certificate. */
export function namesIn(pem: string): CertifiedNames {
  const all = altNamesOf(pem).split(', ');
  const of = (kind: string): string[] => all.flatMap((name) => (name.startsWith(kind) ? [name.slice(kind.length)] : []));
  return { dns: of('DNS:'), ip: of('IP Address:') };
}

function altNamesOf(pem: string): string {
  try {
    return new X509Certificate(pem).subjectAltName ?? '';
  } catch {
    return '';
  }
}
