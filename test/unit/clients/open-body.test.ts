import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished, expect, it } from 'vitest';
import { createConsulApi } from '../../../src/clients/consul/consul-api.js';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import { endpointAt } from '../../helpers/endpoint-at.js';
import { secretOf } from '../../helpers/secret-values.js';
import { thrown } from '../../helpers/thrown.js';

interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that answers everything alike, and what it was asked. */
async function serve(status: number, answer: string): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer((request, reply) => {
    void text(request).then((body) => {
      seen.push({ headers: request.headers, body });
      reply.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const SECRET = '5b0ab2f1-54f8-4a34-9f0b-0c3c7c1f6c11';
const { signal } = new AbortController();

it('sends a secret in a body, in one piece with its length: Consul takes no notice of chunks', async () => {
  const { url, seen } = await serve(200, '{}');
  await createNomadApi(endpointAt(url)).acl.bootstrapAcl(secretOf(SECRET), signal);
  await createConsulApi(endpointAt(url, 'consul')).acl.bootstrapAcl(secretOf(SECRET), signal);
  for (const { headers, body } of seen) {
    expect(JSON.parse(body)).toEqual({ BootstrapSecret: SECRET });
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers).not.toHaveProperty('transfer-encoding');
  }
  expect(seen.length).toBe(2);
});

it('keeps it out of what a refusal says', async () => {
  const { url } = await serve(500, 'no');
  const asked = () => createConsulApi(endpointAt(url, 'consul')).acl.createToken({ secret: secretOf(SECRET), rights: {} }, signal);
  const error = await thrown(asked);
  expect(JSON.stringify([error.message, error.why, error.details, error.cause])).not.toContain(SECRET);
});

it('forgets the secrets that Consul tells of tokens', async () => {
  const { url } = await serve(200, JSON.stringify([{ AccessorID: 'a', SecretID: SECRET, Description: 'd' }]));
  const tokens = await createConsulApi(endpointAt(url, 'consul')).acl.tokens(signal);
  expect(tokens).toEqual([{ AccessorID: 'a', Description: 'd' }]);
});

it.each([
  ['ACL bootstrap already done (reset index: 8)', 400],
  ['Permission denied: rpc error making call: ACL bootstrap no longer allowed (reset index: 8)', 403],
])('takes "%s" for an answer', async (said, status) => {
  const { url } = await serve(status, said);
  await expect(createNomadApi(endpointAt(url)).acl.bootstrapAcl(secretOf(SECRET), signal)).resolves.toEqual({ resetIndex: '8' });
});
