import { readdir } from 'node:fs/promises';
import { isEnding, type CertificateLife } from '@nomadctl/base/certificates/certificate-life';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { lifeOf } from '../../security/authority/certificate-standing.js';
import { certificatesIn } from '../../security/authority/certificates-in.js';
import { engineRecords } from './engine-records.js';
import { OPERATOR, type KeptFiles } from './kept-files.js';

export interface EndingEngineCertificate {
  /** `docker client ci`. */
  readonly of: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly renew: Hint;
}

/** Certificates for docker engines that end within a third of their life: of the authority, of clients, of engines. Reads files alone. */
export async function endingEngineCertificates(
  files: KeptFiles,
  { cluster, nodes, now }: { readonly cluster: string; readonly nodes: readonly string[]; readonly now: number },
): Promise<EndingEngineCertificate[]> {
  const authority = await readIfThere(files.ca);
  if (authority === undefined) return [];
  const clients = await readdir(files.clients).catch(() => []);
  const found: { of: string; life: CertificateLife | undefined; renew: Hint }[] = [
    { of: 'the authority for docker engines', life: leafLife(authority), renew: nomadctl`docker tls renew --authority` },
  ];
  for (const name of clients.toSorted()) {
    const life = leafLife((await readIfThere(files.client(name).certificate)) ?? '');
    // Its own is made anew by `up`; the others are wherever their owners took them.
    const renew = name === OPERATOR ? nomadctl`up ${cluster}` : nomadctl`docker tls renew --client ${name}`;
    found.push({ of: `docker client ${name}`, life, renew });
  }
  for (const { engine, certificate } of await engineRecords(files, cluster, nodes)) {
    const of = `docker on ${engine?.node ?? 'this computer'}`;
    // Started anew, an engine may end its containers: nobody but the operator decides on that.
    const renew = nomadctl`docker tls renew ${engine ? [engine.node, '--cluster', cluster] : []}`;
    found.push({ of, life: leafLife(certificate), renew });
  }
  return found.flatMap(({ of, life, renew }) => (life && isEnding(life, now) ? [{ of, until: life.until, renew }] : []));
}

const leafLife = (pem: string): CertificateLife | undefined => lifeOf(certificatesIn(pem)[0] ?? '');
