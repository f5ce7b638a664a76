import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { certificateLife, type CertificateLife } from '@nomadctl/base/certificates/certificate-life';
import type { AgentEndpoint } from './agent-endpoint.js';
import { begin } from './transport.js';

const TIMEOUT_MS = 3000;

/**
 * The life of the certificate that an agent shows; nothing where it speaks no TLS.
 * @throws Error when there is no connection that is trusted; the signal's reason
 */
export async function peerCertificate(endpoint: AgentEndpoint, signal: AbortSignal): Promise<CertificateLife | undefined> {
  const shown = await shownCertificate(endpoint, signal);
  return shown && certificateLife(shown);
}

/** The certificate itself. @throws as `peerCertificate` */
export async function shownCertificate(endpoint: AgentEndpoint, signal: AbortSignal): Promise<X509Certificate | undefined> {
  if (!endpoint.url.startsWith('https:')) return undefined;
  return new Promise((resolve, reject) => {
    const address = new URL(`${endpoint.url}/v1/status/leader`);
    // A session that is taken up again comes without certificate. A connection that is made for the request alone has none to take up.
    const fresh = endpoint.connect ? {} : { agent: false };
    const request = begin(address, { method: 'GET', timeout: TIMEOUT_MS, signal, ...fresh }, { transport: endpoint });
    request.on('response', (reply) => {
      reply.resume();
      resolve(reply.socket instanceof TLSSocket ? reply.socket.getPeerX509Certificate() : undefined);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    request.end();
  });
}
