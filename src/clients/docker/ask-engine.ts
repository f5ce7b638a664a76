import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { reasonOf } from '@nomadctl/base/reason';
import type { ClientIdentity } from '../agent-endpoint.js';
import { openIdentity } from '../tls/open-identity.js';

/** Where an engine's API listens. */
export interface EngineAddress {
  readonly host: string;
  readonly port: number;
}

/** As whom an engine is asked. */
export interface EngineAsker {
  /** PEM of whom we trust. Absent: nobody speaks TLS. */
  readonly ca?: string;
  readonly identity?: Pick<ClientIdentity, 'certificate' | 'key'>;
  readonly signal: AbortSignal;
}

/** `silent`: nobody takes connections there. `refused`: somebody does, and says no, in these words. */
export type EngineAnswer = { readonly version: string } | { readonly refused: string } | { readonly silent: string };

const ANSWER_MS = 3000;
const NOBODY = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'];

/** Asks an engine for its version, https://docs.docker.com/reference/api/engine/. Never throws, except when the signal aborts. */
export async function askEngine({ host, port }: EngineAddress, { ca, identity, signal }: EngineAsker): Promise<EngineAnswer> {
  const whoever = ca === undefined ? {} : { ca, ...(identity ? openIdentity(identity as ClientIdentity) : {}) };
  const options: RequestOptions = { host, port, path: '/version', timeout: ANSWER_MS, signal, agent: false, ...whoever };
  const answer = await new Promise<EngineAnswer>((resolve) => {
    const request = (ca === undefined ? plainRequest : secureRequest)(options, (reply) => void versionIn(reply).then(resolve));
    request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve(NOBODY.includes(error.code ?? '') ? { silent: reasonOf(error) } : { refused: wordsOf(error) }),
    );
    request.end();
  });
  signal.throwIfAborted();
  return answer;
}

/** Alerts of TLS have a reason of their own, among much that is OpenSSL's. */
function wordsOf(error: unknown): string {
  const { reason } = error as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : reasonOf(error);
}

async function versionIn(reply: IncomingMessage): Promise<EngineAnswer> {
  let text = '';
  try {
    for await (const piece of reply.setEncoding('utf8')) text += String(piece);
    const { Version } = JSON.parse(text) as { Version?: unknown };
    if (reply.statusCode === 200 && typeof Version === 'string') return { version: Version };
  } catch (error) {
    if (text === '') return { refused: wordsOf(error) };
  }
  return { refused: text.trim() || `HTTP ${reply.statusCode}` };
}
