import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { certificateLife, isEnding } from '@nomadctl/base/certificates/certificate-life';
import { ConfigError, PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { reasonOf } from '@nomadctl/base/reason';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { certificatesIn } from '../security/authority/certificates-in.js';
import { keptAuthority } from '../security/authority/kept-authority.js';
import { newPrivateKey } from '../security/authority/new-private-key.js';
import type { ShownCertificate } from './exposure.js';

/** A certificate for clients. Without a key it is one that the place in front of the cluster has already. */
export interface Certified {
  readonly shown: ShownCertificate;
  readonly key?: Secret;
}

export interface CertificateRequest {
  /** The name that clients ask for. */
  readonly host: string;
  readonly cluster: string;
  readonly paths: ClusterPaths;
  readonly redact: Redactor;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of the same port, and whether its key is where it is used: it is kept while it holds. */
  readonly before?: ShownCertificate | undefined;
}

/**
 * One of the cluster's own authority, for a year.
 * @throws PrerequisiteError `no-authority` for a cluster that has none
 */
export async function clusterCertificate({ host, cluster, paths, redact, now, before }: CertificateRequest): Promise<Certified> {
  const authority = await keptAuthority({ paths, redact });
  if (!authority)
    throw new PrerequisiteError(`cluster ${cluster} has no authority to sign a certificate`, {
      code: 'no-authority',
      why: 'only a secured cluster has one, and its key is where the cluster was made',
      next: nomadctl`job expose --help`,
    });
  if (before && isGood(before.certificate, { host, authority: authority.certificate, now })) return { shown: before };
  const { issueLeaf } = await import('../security/authority/issue.js');
  const key = newPrivateKey(redact);
  const certificate = await issueLeaf(authority, key, { name: host, names: { dns: [host], ip: [] }, now });
  const chain = [authority.chain, authority.certificate].filter((part) => part.trim() !== '').join('');
  return { shown: { by: 'cluster', certificate, chain, fingerprint: fingerprintOf(certificate) }, key };
}

/** Whether a certificate is for that host, of that authority (PEM), and not in the last third of its life. */
export function isGood(pem: string, { host, authority, now }: { host: string; authority: string; now: number }): boolean {
  const certificate = new X509Certificate(pem);
  if (certificate.checkHost(host) === undefined || isEnding(certificateLife(certificate), now)) return false;
  return certificate.checkIssued(new X509Certificate(authority));
}

/**
 * One of the user's: certificate, chain and private key in PEM, in one file or in two.
 * @throws ConfigError `certificate-invalid` with what is wrong with it
 */
export async function fileCertificate(
  { file, keyFile = file }: { readonly file: string; readonly keyFile?: string | undefined },
  { host, redact, now }: Pick<CertificateRequest, 'redact' | 'now'> & { readonly host: string | undefined },
): Promise<Certified> {
  const [first, ...chain] = certificatesIn(await textOf(file));
  if (first === undefined) throw invalid(file, 'there is no certificate in it');
  const [pem] = PRIVATE_KEY.exec(await textOf(keyFile)) ?? [];
  if (pem === undefined) throw invalid(keyFile, 'there is no private key in it; --tls-key names another file');
  const key = new Secret(`${pem}\n`, redact);
  const certificate = read(file, first);
  const isOwn = check(keyFile, () => certificate.checkPrivateKey(createPrivateKey(pem)));
  if (!isOwn) throw invalid(keyFile, `the private key in it is not that of the certificate in ${file}`);
  const until = Date.parse(certificate.validTo);
  if (until <= now) throw invalid(file, `the certificate in it has ended on ${new Date(until).toISOString().slice(0, 10)}`);
  if (host !== undefined && certificate.checkHost(host) === undefined)
    throw invalid(file, `the certificate in it is for ${certificate.subjectAltName ?? certificate.subject}, and not for ${host}`);
  return { shown: { by: 'file', certificate: first, chain: chain.join(''), fingerprint: fingerprintOf(first) }, key };
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]*?-----END (?:[A-Z]+ )?PRIVATE KEY-----/;

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} could not be read`, { code: 'certificate-unreadable', why: reasonOf(error), next: shell`ls -l ${file}` });
  });
}

const read = (file: string, pem: string): X509Certificate => check(file, () => new X509Certificate(pem));

function check<Value>(file: string, look: () => Value): Value {
  try {
    return look();
  } catch (error) {
    throw invalid(file, reasonOf(error));
  }
}

function invalid(file: string, why: string): ConfigError {
  return new ConfigError(`${file} cannot be shown to clients`, {
    code: 'certificate-invalid',
    why,
    next: shell`openssl x509 -text -noout -in ${file}`,
  });
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}
