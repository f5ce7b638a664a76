import type { Secret } from '@nomadctl/base/secret/secret';
import { keptAuthority } from '../security/authority/kept-authority.js';
import { clusterCertificate, isGood, type CertificateRequest } from './certificates.js';
import type { Exposed, Exposure } from './exposure.js';

type Surroundings = Pick<CertificateRequest, 'cluster' | 'paths' | 'redact' | 'now'>;

/** What is exposed with a certificate of the cluster's that would not do any more; nothing where the authority's key is elsewhere. */
export async function dueCertificates({ exposures }: Pick<Exposed, 'exposures'>, at: Surroundings): Promise<readonly Exposure[]> {
  const own = exposures.filter(({ certificate }) => certificate?.by === 'cluster');
  const authority = own.length > 0 ? await keptAuthority(at) : undefined;
  if (!authority) return [];
  return own.filter(
    ({ host = '', certificate }) => !isGood(certificate?.certificate ?? '', { host, authority: authority.certificate, now: at.now }),
  );
}

/** The same with another certificate. @throws PrerequisiteError `no-authority` */
export async function renewedExposure(
  exposure: Exposure,
  at: Surroundings,
): Promise<{ readonly exposure: Exposure; readonly key?: Secret | undefined }> {
  const { shown, key } = await clusterCertificate({ ...at, host: exposure.host ?? '' });
  return { exposure: { ...exposure, certificate: shown }, key };
}
