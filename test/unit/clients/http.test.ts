import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp, type Http } from '../../../src/clients/http.js';
import { thrown } from '../../helpers/thrown.js';

async function serve(answer: RequestListener): Promise<Http> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return createHttp({
    name: 'Nomad',
    url: `http://127.0.0.1:${port}`,
    indexHeader: 'x-nomad-index',
    headers: { 'X-Nomad-Token': 'secret-1' },
  });
}

describe('createHttp', () => {
  it('sends method, query, token and body, and hands back value and index', async () => {
    const seen: unknown[] = [];
    const http = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers['x-nomad-token'], JSON.parse(body));
        response.setHeader('X-Nomad-Index', '42').end('{"a":1}');
      });
    });
    expect(await http.send({ method: 'PUT', path: '/v1/x', query: { wait: '5s', none: undefined }, body: { b: 2 } })).toEqual({
      value: { a: 1 },
      index: 42,
    });
    expect(seen).toEqual(['PUT', '/v1/x?wait=5s', 'secret-1', { b: 2 }]);
  });

  it('takes it for an answer that there is nothing, with its index, where the call says so', async () => {
    const http = await serve((_, response) => response.writeHead(404, { 'X-Nomad-Index': '7' }).end('no such key'));
    expect(await http.send({ path: '/v1/x', mayBeMissing: true })).toEqual({ value: undefined, index: 7 });
    expect((await thrown(() => http.send({ path: '/v1/x' }))).code).toBe('api-not-found');
  });

  it.each([
    [404, 'api-not-found'],
    [403, 'api-forbidden'],
    [500, 'api-refused'],
  ])("names a refusal with %i and the service's own words", async (status, code) => {
    const http = await serve((_, response) => response.writeHead(status).end('no cluster leader\n'));
    const error = await thrown(() => http.send({ path: '/v1/jobs' }));
    expect(error).toMatchObject({ code, exitCode: 1, message: `Nomad refused GET /v1/jobs with ${status}`, why: ['no cluster leader'] });
    expect(JSON.stringify(error.details)).not.toContain('secret-1');
  });

  it.each(['GET', 'DELETE'] as const)('sends %s again when the service has too much to do', async (method) => {
    let asked = 0;
    const http = await serve((_, response) => {
      asked++;
      if (asked < 3) response.writeHead(429, { 'retry-after': '0', connection: 'close' }).end('too many concurrent connections');
      else response.end('{"a":1}');
    });
    expect((await http.send({ method, path: '/v1/job/x' })).value).toEqual({ a: 1 });
    expect(asked).toBe(3);
  });

  it('does not wait longer than its caller', async () => {
    const http = await serve((_, response) => response.writeHead(429, { 'retry-after': '5' }).end());
    const reason = new Error('Ctrl-C');
    const startedAt = Date.now();
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await expect(http.send({ path: '/', signal: controller.signal })).rejects.toBe(reason);
    expect(Date.now() - startedAt).toBeLessThan(5000);
  });

  it('says that nothing answers, and what to do', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const http = createHttp({ name: 'Consul', url: `http://127.0.0.1:${port}`, indexHeader: 'x' });
    expect(await thrown(() => http.send({ path: '/' }))).toMatchObject({
      code: 'api-unreachable',
      message: `nothing answers at http://127.0.0.1:${port} (Consul)`,
      why: [expect.stringContaining('ECONNREFUSED')],
      next: 'nomadctl up',
    });
  });

  it('gives up after its time', async () => {
    const http = await serve(() => undefined);
    expect(await thrown(() => http.send({ path: '/', timeoutMs: 200 }))).toMatchObject({ code: 'api-unreachable' });
  });

  it('notices that somebody else answers', async () => {
    const http = await serve((_, response) => response.end('<html>welcome'));
    expect(await thrown(() => http.send({ path: '/' }))).toMatchObject({ code: 'api-nonsense', why: [expect.stringContaining('<html>')] });
  });

  it("ends with the signal's reason, before and during a call", async () => {
    const http = await serve(() => undefined);
    const reason = new Error('Ctrl-C');
    await expect(http.send({ path: '/', signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await expect(http.send({ path: '/', signal: controller.signal })).rejects.toBe(reason);
  });

  it('streams chunks as they come, and stops when the caller does', async () => {
    const http = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(timer));
    });
    let seen = '';
    for await (const chunk of http.stream({ path: '/' })) if ((seen += chunk.toString()).length >= 3) break;
    expect(seen).toMatch(/^x{3,}$/);
  });
});
