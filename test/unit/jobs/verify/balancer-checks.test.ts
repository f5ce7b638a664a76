import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckContext } from '../../../../src/jobs/verify/check-context.js';
import { runCheck } from '../../../../src/jobs/verify/run-check.js';
import { endpointAt } from '../../../helpers/endpoint-at.js';

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

interface Instance {
  readonly port: number;
  readonly tags?: readonly string[];
  readonly status?: string;
}

/** Consul and Nomad at one address: instances by their service, and the meta of job web. */
async function agents(services: Readonly<Record<string, readonly Instance[]>>, meta: object = {}): Promise<CheckContext> {
  const port = await serve(({ url = '' }, reply) => {
    if (url.startsWith('/v1/job/web')) return reply.end(JSON.stringify({ ID: 'web', Meta: meta }));
    if (url.startsWith('/v1/catalog/services')) {
      const tags = Object.entries(services).map(([name, all]) => [name, all.flatMap(({ tags: own = [] }) => own)]);
      return reply.end(JSON.stringify(Object.fromEntries(tags)));
    }
    const name = url.split('/').at(-1)?.split('?')[0] ?? '';
    const found = (services[name] ?? []).map(({ port: at, tags = [], status = 'passing' }, index) => ({
      Node: { Node: 'n', Address: '127.0.0.1' },
      Service: { ID: `${name}-${index}`, Service: name, Address: '127.0.0.1', Port: at, Tags: tags },
      Checks: [{ Name: 'c', Status: status, Output: '', ServiceID: `${name}-${index}` }],
    }));
    reply.end(JSON.stringify(found));
  });
  const url = `http://127.0.0.1:${port}`;
  const [nomad, consul] = [endpointAt(url), endpointAt(url, 'consul')];
  const nodes = { stop: async () => {}, start: async () => {} };
  const connection = { cluster: 'c', nomad, consul, servers: { nomad: [nomad], consul: [consul] }, nodes };
  return { connection, job: 'web', allocations: [], signal: new AbortController().signal };
}

describe('distinct', () => {
  const check = { kind: 'distinct' as const, title: 'all', service: 'balancer', of: '${meta.balances}' };
  /** Answers in turn with each of so many names. */
  const balancer = (names: number) => {
    let count = 0;
    return serve((_, reply) => reply.end(`instance ${count++ % names}`));
  };

  it('counts answers, and wants as many as there are healthy instances of what the job names', async () => {
    const shop = [{ port: 1 }, { port: 2 }, { port: 3 }, { port: 4, status: 'critical' }];
    const all = await agents({ balancer: [{ port: await balancer(3) }], shop }, { balances: 'shop' });
    expect(await runCheck(check, all)).toEqual({ ok: true, found: '3 different answers to 3 requests, of 3 instances of shop' });
    const few = await agents({ balancer: [{ port: await balancer(2) }], shop }, { balances: 'shop' });
    expect(await runCheck({ ...check, requests: 20 }, few)).toEqual({
      ok: false,
      found: '2 different answers to 20 requests, of 3 instances of shop',
    });
  });

  it('asks every instance at least once, and is content with nothing but 200 and what is expected', async () => {
    const good = await balancer(1);
    const bad = await serve((_, reply) => reply.writeHead(503).end('nobody'));
    const at = await agents({ balancer: [{ port: good }, { port: bad }] });
    expect(await runCheck({ ...check, of: 'balancer' }, at)).toEqual({ ok: false, found: `status 503 from 127.0.0.1:${bad}: nobody` });
    const one = await agents({ balancer: [{ port: good }] });
    expect(await runCheck({ ...check, of: 'balancer', expect: '/^instance/' }, one)).toMatchObject({ ok: true });
    expect(await runCheck({ ...check, of: 'balancer', expect: '/^other/' }, one)).toEqual({ ok: false, found: 'instance 0' });
  });

  it('has nothing to show without an instance, and says which word is missing', async () => {
    expect(await runCheck({ ...check, of: 'shop' }, await agents({}))).toMatchObject({
      ok: false,
      found: 'no instance of balancer passes its checks',
    });
    const at = await agents({ balancer: [{ port: 1 }] });
    expect(await runCheck({ ...check, of: 'shop' }, at)).toMatchObject({
      ok: false,
      found: expect.stringContaining('no instance of shop'),
    });
    expect(await runCheck(check, at)).toEqual({ ok: false, found: 'job web has no meta balances' });
  });
});

describe('routes', () => {
  const check = { kind: 'routes' as const, title: 'routes', service: 'fabio-ui', proxy: 'fabio', prefix: 'urlprefix-' };
  const shop = [
    { port: 7, tags: ['urlprefix-Shop.example:80/', 'other'] },
    { port: 8, tags: ['urlprefix-shop.example:80/'], status: 'critical' },
  ];
  const table = (...ports: number[]) =>
    serve((_, reply) =>
      reply.end(
        JSON.stringify(ports.map((port) => ({ service: 'shop', host: 'shop.example:80', path: '/', dst: `http://127.0.0.1:${port}/` }))),
      ),
    );

  it('compares what fabio has with tags of healthy instances, and asks for each host', async () => {
    const hosts: (string | undefined)[] = [];
    const proxy = await serve(({ headers }, reply) => reply.end(String(hosts.push(headers.host))));
    const at = await agents({ 'fabio-ui': [{ port: await table(7) }], fabio: [{ port: proxy }], shop });
    expect(await runCheck(check, at)).toEqual({ ok: true, found: '1 route at each of 1, answered for shop.example:80/' });
    expect(hosts).toEqual(['shop.example:80']);
  });

  it('names what is not there, and what nobody answers', async () => {
    const [ui, empty] = [await table(7), await table()];
    const missing = await agents({ 'fabio-ui': [{ port: ui }, { port: empty }], shop });
    expect(await runCheck(check, missing)).toEqual({ ok: false, found: `fabio at 127.0.0.1:${empty} lacks shop.example:80/ 127.0.0.1:7` });
    const broken = await serve((_, reply) => reply.writeHead(502).end());
    const at = await agents({ 'fabio-ui': [{ port: ui }], fabio: [{ port: broken }], shop });
    expect(await runCheck(check, at)).toEqual({ ok: false, found: `shop.example:80/ answers with 502 at 127.0.0.1:${broken}` });
    const unknown = await serve((_, reply) => reply.writeHead(404).end());
    const lost = await agents({ 'fabio-ui': [{ port: ui }], fabio: [{ port: unknown }], shop });
    expect(await runCheck(check, lost)).toMatchObject({ ok: false, found: `shop.example:80/ has no route at 127.0.0.1:${unknown}` });
  });
});
