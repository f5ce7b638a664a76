import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { certificateLife, isEnding } from '@nomadctl/base/certificates/certificate-life';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Paths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import { fileCertificate } from '../exposure/certificates.js';
import type { CertifiedNames } from '../security/authority/certified-names.js';
import { keptAuthority } from '../security/authority/kept-authority.js';
import { newPrivateKey } from '../security/authority/new-private-key.js';
import type { ServerIdentity } from './serve-controller.js';

/** What the service shows to customers. */
export type WantedCertificate =
  | { readonly by: 'file'; readonly file: string; readonly keyFile?: string | undefined }
  /** Of the cluster's authority: whoever trusts that trusts the controller. */
  | { readonly by: 'cluster'; readonly cluster: string; readonly names: CertifiedNames };

/** A certificate with what it was made from, by which a later look knows whether another one is due. */
export interface OwnCertificate extends ServerIdentity {
  /** PEM of the authority that signed it; nothing for one of a file. */
  readonly authority?: string;
}

/** Addresses at which everything of this computer listens. */
const EVERYWHERE = ['0.0.0.0', '::'];

/** What a certificate for a service at that address has to name: all addresses of this computer where it listens at all of them. */
export function servedNames(host: string, more: readonly string[]): CertifiedNames {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  const own = EVERYWHERE.includes(host) ? [hostname(), 'localhost', ...addresses] : [host];
  // A link-local address of IPv6 names a card behind its percent sign, and no certificate can.
  const all = [...new Set([...own, ...more])].filter((name) => !name.includes('%'));
  return { dns: all.filter((name) => isIP(name) === 0), ip: all.filter((name) => isIP(name) !== 0) };
}

/**
 * The certificate to show now: `before` as long as it will do. The key of one of the cluster's authority is in memory alone.
 * @throws PrerequisiteError `controller-plain` where the cluster has no authority here; as `fileCertificate`
 */
export async function ownCertificate(
  wanted: WantedCertificate,
  {
    paths,
    redact,
    now,
    before,
  }: { readonly paths: Paths; readonly redact: Redactor; readonly now: number; readonly before?: OwnCertificate },
): Promise<OwnCertificate> {
  if (wanted.by === 'file') {
    const { shown, key } = await fileCertificate(wanted, { host: undefined, redact, now });
    if (!key) throw new Error('a file of a certificate has a key');
    const certificate = `${shown.certificate}${shown.chain}`;
    return before?.certificate === certificate && before.key.equals(key) ? before : { certificate, key };
  }
  const { cluster, names } = wanted;
  const authority = await keptAuthority({ paths: paths.cluster(cluster), redact });
  if (!authority) throw plain(cluster);
  const life = before && certificateLife(new X509Certificate(before.certificate));
  if (before?.authority === authority.certificate && life && !isEnding(life, now)) return before;
  const { issueLeaf } = await import('../security/authority/issue.js');
  const key = newPrivateKey(redact);
  const leaf = await issueLeaf(authority, key, { name: 'controller', names, now, use: 'answering' });
  return { certificate: `${leaf}${authority.chain}`, key, authority: authority.certificate };
}

function plain(cluster: string): PrerequisiteError {
  return new PrerequisiteError('the controller would answer other computers in the clear, and customers send it their tokens', {
    code: 'controller-plain',
    why: `the key of an authority of cluster ${cluster}, which could sign a certificate, is not here: only a secured cluster has one, and it is where the cluster was made`,
    next: nomadctl`controller serve --listen 127.0.0.1:8390`,
  });
}
