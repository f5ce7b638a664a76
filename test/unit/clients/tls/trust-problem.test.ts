import { createServer as createPlain } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRedactor } from '../../../../packages/base/src/redact.js';
import type { Secret } from '../../../../packages/base/src/secret/secret.js';
import type { ClientIdentity, TrustedCa } from '../../../../src/clients/agent-endpoint.js';
import { createHttp } from '../../../../src/clients/http.js';
import { askerNames } from '../../../../src/security/authority/certified-names.js';
import { issueAuthority, issueLeaf, type Authority } from '../../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../../src/security/authority/new-private-key.js';
import { hintLine } from '../../../helpers/hint-line.js';
import { openAll } from '../../../helpers/secret-values.js';
import { thrown } from '../../../helpers/thrown.js';

const redact = createRedactor();
const DAY_MS = 24 * 3600 * 1000;
const now = Date.now();
const text = (secret: Secret): string => openAll({ secret })['secret'] ?? '';

let authority: Authority;
let ca: TrustedCa;

async function authorityOf(cluster: string): Promise<Authority> {
  const key = newPrivateKey(redact);
  return { key, certificate: await issueAuthority(key, { cluster, now: now - 400 * DAY_MS }) };
}

beforeAll(async () => {
  authority = await authorityOf('dev');
  ca = { pem: authority.certificate, file: '/clusters/dev/ca.pem' };
});

interface Shown {
  readonly by?: Authority;
  readonly at?: number;
  readonly ip?: string;
}

async function shown({ by = authority, at = now, ip = '127.0.0.1' }: Shown = {}): Promise<ServerOptions> {
  const key = newPrivateKey(redact);
  return { key: text(key), cert: await issueLeaf(by, key, { name: 'server-1', names: { dns: ['localhost'], ip: [ip] }, now: at }) };
}

async function serve(options: ServerOptions | 'plain'): Promise<string> {
  const answer: Parameters<typeof createPlain>[1] = (_, reply) => reply.end('"answered"');
  const server = options === 'plain' ? createPlain(answer) : createServer(options, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, identity?: ClientIdentity) =>
  createHttp({ name: 'Nomad', url, ca, ...(identity ? { identity } : {}), indexHeader: '' }).send({ path: '/v1/status/leader' });

describe('a connection that is not trusted', () => {
  it.each<[string, () => Promise<ServerOptions | 'plain'>, string, string]>([
    [
      'a certificate that has ended',
      () => shown({ at: now - 366 * DAY_MS }),
      'shows a certificate that has ended',
      'date && nomadctl up   once that is right',
    ],
    [
      'one of tomorrow',
      () => shown({ at: now + DAY_MS }),
      'shows a certificate that does not hold yet',
      'date && nomadctl up   once that is right',
    ],
    [
      'one of another authority',
      async () => shown({ by: await authorityOf('other') }),
      'is not whom we trust',
      "nomadctl up   makes anew what is not whole, and says which file is another cluster's",
    ],
    ['one of another address', () => shown({ ip: '127.0.0.9' }), 'shows a certificate of somebody else', 'nomadctl doctor'],
    ['no TLS at all', async () => 'plain', 'does not speak TLS as we do', 'nomadctl doctor'],
    [
      'a question for ours',
      async () => ({ ...(await shown()), requestCert: true, rejectUnauthorized: true, ca: ca.pem }),
      'wants a certificate of whoever asks',
      'nomadctl up',
    ],
  ])('is told as what it is: %s', async (_, options, what, next) => {
    const url = await serve(await options());
    const error = await thrown(() => ask(url));
    expect([error.code, error.message, error.exitCode]).toEqual(['api-untrusted', `${url} (Nomad) ${what}`, 1]);
    expect(error.why).toHaveLength(1);
    expect(hintLine(error.next)).toBe(next);
  });

  it('is one where both show what the authority has signed', async () => {
    const key = newPrivateKey(redact);
    const certificate = await issueLeaf(authority, key, { name: 'operator', names: askerNames('operator'), use: 'asking', now });
    const url = await serve({ ...(await shown()), requestCert: true, rejectUnauthorized: true, ca: ca.pem });
    const identity = { certificate, key, files: { certificate: '/operator.pem', key: '/operator-key.pem' } };
    await expect(ask(url, identity)).resolves.toMatchObject({ value: 'answered' });
    // What is good for asking is nobody's server.
    const asServer = await serve({ key: text(key), cert: certificate });
    expect((await thrown(() => ask(asServer))).code).toMatch(/^api-un/);
  });
});
