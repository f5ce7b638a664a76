import { X509Certificate } from 'node:crypto';
import { certificateLife, isEnding, type CertificateLife } from '@nomadctl/base/certificates/certificate-life';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { formatDuration } from '@nomadctl/base/duration';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import { peerCertificate } from '../clients/peer-certificate.js';

/**
 * Certificates that end within a third of their life, or have ended: those that servers show, and those of the authorities that
 * signed them. A sentence each. An agent that does not answer says nothing. Throws only when aborted.
 */
export async function endingCertificates(
  servers: readonly AgentEndpoint[],
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<string[]> {
  const authorities = new Map(servers.flatMap(({ ca }) => (ca ? [[ca.file, ca.pem] as const] : [])));
  const shown = await mapBounded(servers, REQUESTS_AT_ONCE, (server) => lifeOfServer(server, signal));
  const lives = [
    ...[...authorities].map(([file, pem]) => ({ whose: `of the authority ${file}`, life: certificateLife(new X509Certificate(pem)) })),
    ...servers.map(({ url }, index) => ({ whose: `of ${url}`, life: shown[index] })),
  ];
  return lives.flatMap(({ whose, life }) => (life && isEnding(life, now) ? [endingSentence(whose, life.until, now)] : []));
}

async function lifeOfServer(server: AgentEndpoint, signal: AbortSignal): Promise<CertificateLife | undefined> {
  return peerCertificate(server, signal).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
}

/** @param whose `of docker client ci`; @param until in milliseconds since the epoch, as `now` */
export function endingSentence(whose: string, until: number, now: number): string {
  const day = new Date(until).toISOString().slice(0, 10);
  return now < until
    ? `The certificate ${whose} ends in ${formatDuration(until - now)}, on ${day}`
    : `The certificate ${whose} ended on ${day}`;
}
