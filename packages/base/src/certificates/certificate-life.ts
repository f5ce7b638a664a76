import type { X509Certificate } from 'node:crypto';

/** When a certificate holds, in milliseconds since the epoch. */
export interface CertificateLife {
  readonly from: number;
  readonly until: number;
}

/** By Node's own reader. */
export function certificateLife({ validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>): CertificateLife {
  return { from: Date.parse(validFrom), until: Date.parse(validTo) };
}

/**
 * Whether the last third of its life has begun: time for another one. Whoever renews at two thirds of a life has the rest to
 * notice that it failed.
 */
export function isEnding({ from, until }: CertificateLife, now: number): boolean {
  return until - now < (until - from) / 3;
}
