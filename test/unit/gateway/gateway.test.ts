import { once } from 'node:events';
import {
  createServer,
  request as plainRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { AgentEndpoint } from '../../../src/clients/agent-endpoint.js';
import type { Overview } from '../../../src/gateway/overview.js';
import { serveGateway, type Gateway } from '../../../src/gateway/serve-gateway.js';
import { askGateway, signIn } from '../../helpers/ask-gateway.js';
import { endpointAt } from '../../helpers/endpoint-at.js';
import { secretOf } from '../../helpers/secret-values.js';

/** The gateway before HTTP servers that answer as a test needs it; with real agents: test/e2e/ui*.test.ts. */

const TOKEN = '1b2c3d4e-aaaa-bbbb-cccc-111122223333';
const FILES = fileURLToPath(new URL('../../../templates/ui', import.meta.url));
const seen: Overview = { cluster: 'dev', place: 'here', nodes: [], endingCertificates: [], remarks: [], cautions: [] };

interface Agent {
  readonly url: string;
  readonly server: Server;
  readonly asked: IncomingMessage[];
}

async function agent(answer: RequestListener = (_, response) => response.end('{}')): Promise<Agent> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, asked };
}

const nomadAt = ({ url }: Pick<Agent, 'url'>): AgentEndpoint => endpointAt(url, 'nomad', { tokens: { nomad: secretOf(TOKEN) } });

interface Started extends Gateway {
  readonly cookie: string;
  readonly lines: string[];
}

async function start(servers: () => readonly AgentEndpoint[]): Promise<Started> {
  const lines: string[] = [];
  const gateway = await serveGateway({
    cluster: 'dev',
    port: 0,
    servers: async () => servers(),
    overview: async () => seen,
    files: FILES,
    onRequest: (line) => lines.push(line),
  });
  onTestFinished(() => gateway.close());
  return { ...gateway, lines, cookie: await signIn(gateway.url) };
}

const at = (base: string, path: string): string => new URL(path, base).href;

test('the first address works once; after it the cookie does, and no path without', async () => {
  const { asked, url: agentUrl } = await agent();
  const { url, nomad, consul, cookie } = await start(() => [nomadAt({ url: agentUrl })]);
  expect((await askGateway(url)).status).toBe(403);
  expect((await askGateway(url, { method: 'HEAD' })).status).toBe(405);
  for (const base of [url, nomad, consul])
    for (const path of [
      '/',
      '/ui/',
      '/v1/jobs',
      '/v1/agent/health',
      '/style.css',
      '/overview.js',
      '/enter/x',
      '/%2e%2e/package.json',
      '/.well-known/jwks.json',
    ])
      expect([base, path, (await askGateway(at(base, path))).status]).toEqual([base, path, 401]);
  expect(asked).toEqual([]);
  expect((await askGateway(at(url, '/'), { headers: { cookie } })).body).toContain('<h1>dev');
  expect((await askGateway(at(nomad, '/v1/jobs'), { headers: { cookie } })).body).toBe('{}');
});

test('another name and another origin are refused, with the cookie, too', async () => {
  const { asked, url: agentUrl } = await agent();
  const { url, nomad, cookie } = await start(() => [nomadAt({ url: agentUrl })]);
  const { host, port } = new URL(nomad);
  const jobs = at(nomad, '/v1/jobs');
  expect((await askGateway(jobs, { headers: { cookie, host: `127.0.0.1:${port}` } })).status).toBe(421);
  expect((await askGateway(jobs, { headers: { cookie, host: `rebound.example:${port}` } })).status).toBe(421);
  expect((await askGateway(jobs, { headers: { cookie, origin: 'http://evil.example' } })).status).toBe(403);
  expect((await askGateway(jobs, { headers: { cookie, origin: new URL(url).origin } })).status).toBe(403);
  expect((await askGateway(jobs, { method: 'POST', headers: { cookie }, body: '{}' })).status).toBe(403);
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'eA==' };
  expect((await askGateway(jobs, { headers: { cookie, ...upgrade } })).status).toBe(403);
  expect((await askGateway(jobs, { headers: { cookie, ...upgrade, origin: 'http://evil.example' } })).status).toBe(403);
  expect((await askGateway(jobs, { headers: { ...upgrade, origin: `http://${host}` } })).status).toBe(401);
  expect(asked).toEqual([]);
});

test('our pages take nothing from elsewhere, and nobody may keep, frame or read them', async () => {
  const { url, consul, cookie } = await start(() => []);
  for (const address of [at(url, '/'), at(url, '/style.css'), at(url, '/nothing'), consul]) {
    const { headers } = await askGateway(address, { headers: { cookie } });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
  }
  const first = await askGateway(url, { headers: { cookie } });
  expect(first.headers['set-cookie']).toBe(undefined);
  expect((await askGateway(at(url, '/nothing'), { headers: { cookie } })).status).toBe(404);
  expect((await askGateway(at(url, '/'), { method: 'POST', headers: { cookie, origin: new URL(url).origin } })).status).toBe(405);
});

test('lines about requests have no query', async () => {
  const { url, lines, nomad, cookie } = await start(() => []);
  await askGateway(at(nomad, '/v1/jobs?token=abc'), { headers: { cookie } });
  expect(lines).toHaveLength(2);
  expect(lines.join()).toContain(`200 GET ${new URL(url).host}/enter`);
  expect(lines.join()).not.toMatch(/secret|abc/);
});

describe('what an agent gets', () => {
  it("is the cluster's token and nothing that the browser has for credentials", async () => {
    const { asked, url } = await agent();
    const { nomad, cookie } = await start(() => [nomadAt({ url })]);
    const origin = new URL(nomad).origin;
    const mine = { 'x-nomad-token': 'mine', 'x-consul-token': 'mine', authorization: 'Bearer mine', referer: `${origin}/ui/` };
    await askGateway(at(nomad, '/v1/jobs?a=1&b=%20'), {
      method: 'PUT',
      headers: { cookie, origin, 'x-other': 'kept', ...mine },
      body: '{"a":1}',
    });
    const [request] = asked;
    expect(request).toMatchObject({ method: 'PUT', url: '/v1/jobs?a=1&b=%20' });
    expect(request?.headers).toMatchObject({ 'x-nomad-token': TOKEN, 'x-other': 'kept', host: new URL(url).host, 'content-length': '7' });
    for (const name of ['cookie', 'origin', 'referer', 'authorization', 'x-consul-token']) expect(request?.headers[name]).toBe(undefined);
  });

  it('is the whole body, and too large a one is refused', async () => {
    const bodies: string[] = [];
    const { url } = await agent((request, response) => void text(request).then((body) => (bodies.push(body), response.end())));
    const { nomad, cookie } = await start(() => [nomadAt({ url })]);
    const headers = { cookie, origin: new URL(nomad).origin };
    await askGateway(at(nomad, '/v1/jobs'), { method: 'POST', headers, body: 'x'.repeat(2_000_000) });
    expect(bodies.map(({ length }) => length)).toEqual([2_000_000]);
    const tooLarge = await askGateway(at(nomad, '/v1/jobs'), { method: 'POST', headers, body: 'x'.repeat(33 * 1024 * 1024) }).catch(
      () => undefined,
    );
    expect(tooLarge?.status ?? 413).toBe(413);
    expect(bodies).toHaveLength(1);
  });
});

describe('what a browser gets', () => {
  it('has no token in it, and leave for no other page', async () => {
    const { url } = await agent((_, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'set-cookie': 'a=b',
        'content-security-policy': "connect-src *; default-src 'none'",
      });
      response.end(JSON.stringify({ SecretID: TOKEN }));
    });
    const { nomad, cookie } = await start(() => [nomadAt({ url })]);
    const { body, headers } = await askGateway(at(nomad, '/v1/acl/token/self'), { headers: { cookie } });
    expect(JSON.parse(body)).toEqual({ SecretID: '00000000-0000-0000-0000-000000000000' });
    expect(headers['content-security-policy']).toBe("connect-src 'self'; default-src 'none'");
    expect(headers['access-control-allow-origin']).toBe(undefined);
    expect(headers['set-cookie']).toBe(undefined);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-frame-options']).toBe('DENY');
  });

  it('comes as it is said, and ends for the agent when nobody listens', async () => {
    let stream: ServerResponse | undefined;
    const { url } = await agent((_, response) => {
      stream = response;
      response.writeHead(200).flushHeaders();
    });
    const { nomad, cookie } = await start(() => [nomadAt({ url })]);
    const { host, port } = new URL(nomad);
    const request = plainRequest({ host: '127.0.0.1', port, path: '/v1/event/stream', headers: { host, cookie } }).end();
    const [reply] = (await once(request, 'response')) as [IncomingMessage];
    for (const event of ['{"Index":1}\n', '{}\n', '{"Index":2}\n']) {
      const next = once(reply, 'data');
      stream?.write(event);
      expect(String((await next)[0])).toBe(event);
    }
    const ended = stream && once(stream, 'close');
    request.destroy();
    await ended;
    expect(stream?.destroyed).toBe(true);
  });
});

describe('a server that is gone', () => {
  it('is left for the next one, which is asked first from then on', async () => {
    const [one, two] = [await agent((_, response) => response.end('one')), await agent((_, response) => response.end('two'))];
    const { nomad, cookie } = await start(() => [nomadAt(one), nomadAt(two)]);
    const ask = async (method = 'GET'): Promise<string> =>
      (
        await askGateway(at(nomad, '/v1/jobs'), {
          method,
          headers: { cookie, origin: new URL(nomad).origin },
          body: method === 'GET' ? '' : '{}',
        })
      ).body;
    expect(await ask()).toBe('one');
    one.server.close();
    one.server.closeAllConnections();
    // Nothing of a request that found no connection was done.
    expect(await ask('POST')).toBe('two');
    expect(await ask()).toBe('two');
  });

  it('takes no blocking query with it', async () => {
    const one = await agent(() => undefined);
    const two = await agent((_, response) => response.end('two'));
    const { nomad, cookie } = await start(() => [nomadAt(one), nomadAt(two)]);
    const waiting = askGateway(at(nomad, '/v1/jobs?index=7'), { headers: { cookie } });
    await expect.poll(() => one.asked.length).toBe(1);
    one.server.close();
    one.server.closeAllConnections();
    expect((await waiting).body).toBe('two');
  });

  it('is noticed when it only says nothing any more', { timeout: 40_000 }, async () => {
    const one = await agent((request, response) => {
      if (request.url === '/v1/event/stream') response.writeHead(200).flushHeaders();
    });
    const two = await agent((_, response) => response.end('two'));
    const { nomad, cookie } = await start(() => [nomadAt(one), nomadAt(two)]);
    await expect(askGateway(at(nomad, '/v1/event/stream'), { headers: { cookie } })).rejects.toThrow();
    expect((await askGateway(at(nomad, '/v1/jobs'), { headers: { cookie } })).body).toBe('two');
  });

  it('is not asked a second time to change something that it may have done', async () => {
    const one = await agent((request) => request.socket.destroy());
    const two = await agent();
    const { nomad, cookie } = await start(() => [nomadAt(one), nomadAt(two)]);
    const headers = { cookie, origin: new URL(nomad).origin };
    const { status, body } = await askGateway(at(nomad, '/v1/jobs'), { method: 'POST', headers, body: '{}' });
    expect([status, body]).toEqual([502, expect.stringContaining('Nomad ended the connection')]);
    expect(two.asked).toEqual([]);
  });

  it('makes way for what the cluster has by then', async () => {
    const [one, two] = [await agent((_, response) => response.end('one')), await agent((_, response) => response.end('two'))];
    let servers = [nomadAt(one)];
    const { nomad, cookie } = await start(() => servers);
    const ask = () => askGateway(at(nomad, '/v1/jobs'), { headers: { cookie } });
    expect((await ask()).body).toBe('one');
    one.server.close();
    one.server.closeAllConnections();
    const { status, body } = await ask();
    expect([status, body]).toEqual([502, expect.stringContaining('none of the Nomad servers answers')]);
    servers = [nomadAt(two)];
    expect((await ask()).body).toBe('two');
  });
});
