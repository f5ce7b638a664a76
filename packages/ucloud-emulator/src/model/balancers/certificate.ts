import { X509Certificate } from 'node:crypto';
import { inSeconds } from '../../params/answer-values.js';
import type { Listener, Ssl } from '../../records/load-balancer.js';
import type { Scope } from '../../scope/scope.js';

const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]*?-----END (?:[A-Z]+ )?PRIVATE KEY-----/;
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The certificates of what came, without the private key. */
export const certificatesIn = (pem: string): string => (pem.match(CERTIFICATES) ?? []).join('\n');

/** The first private key of what came. */
export const keyIn = (pem: string): string | undefined => PRIVATE_KEY.exec(pem)?.[0];

export function showSsl(ssl: Ssl): object {
  return {
    ...{ SSLId: ssl.id, SSLName: ssl.name, SSLType: 'Pem', SSLSource: 0 },
    ...{ SSLContent: ssl.certificate ?? '', HashValue: ssl.content, CreateTime: inSeconds(ssl.created) },
    ...factsOf(ssl.certificate ?? ''),
  };
}

/** What the first certificate says of itself; nothing where there is none that can be read. */
function factsOf(pem: string): object {
  try {
    const { subject, subjectAltName = '', validFrom, validTo } = new X509Certificate(pem);
    const names = subjectAltName.split(', ').filter((name) => name.startsWith('DNS:'));
    return {
      Domains: /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? '',
      DNSNames: names.map((name) => name.slice('DNS:'.length)).join(','),
      NotBefore: inSeconds(Date.parse(validFrom)),
      NotAfter: inSeconds(Date.parse(validTo)),
    };
  } catch {
    return {};
  }
}

export function usersOf(ssl: string, scope: Scope): Listener[] {
  return scope.list('listener').filter(({ ssls }) => ssls.includes(ssl));
}
