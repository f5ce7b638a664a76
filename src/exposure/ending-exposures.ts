import { X509Certificate } from 'node:crypto';
import { certificateLife, isEnding } from '@nomadctl/base/certificates/certificate-life';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { exposeWords } from './expose-words.js';
import type { Exposed } from './exposure.js';

/** A certificate in the last third of its life. */
export interface EndingExposure {
  /** `port http of job shop`. */
  readonly of: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** What shows another one. */
  readonly renew: Hint;
}

/** Certificates that clients of exposed jobs are shown, and that end within a third of their life. */
export function endingExposures(cluster: string, { exposures }: Pick<Exposed, 'exposures'>, now: number): EndingExposure[] {
  return exposures.flatMap((exposure) => {
    const { certificate, job, port } = exposure;
    if (certificate === undefined) return [];
    const life = certificateLife(new X509Certificate(certificate.certificate));
    if (!isEnding(life, now)) return [];
    // `up` has the key of the cluster's authority; what it cannot have is another file of the user's.
    const renew = certificate.by === 'cluster' ? nomadctl`up ${cluster}` : nomadctl`job expose ${exposeWords(exposure)} --tls <file>`;
    return [{ of: `port ${port} of job ${job}`, until: life.until, renew }];
  });
}
