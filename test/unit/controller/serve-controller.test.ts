import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forManyCalls } from '../../../packages/base/src/signals/any-signal.js';
import type { ClusterConnection } from '../../../src/cluster/connection.js';
import { writeSecrets } from '../../../src/config/secrets.js';
import { ownCertificate, servedNames } from '../../../src/controller/own-certificate.js';
import { serveController, type ControllerServing } from '../../../src/controller/serve-controller.js';
import { createTemplateCache } from '../../../src/controller/template-cache.js';
import { openTenantView } from '../../../src/controller/tenant-view.js';
import { issueAuthority } from '../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../src/security/authority/new-private-key.js';
import { AUTHORITY_KEY } from '../../../src/security/cluster-secrets.js';
import { revokeTokens, writeCustomer } from '../../../src/tenants/customers.js';
import { TENANTS, type TenantRecord } from '../../../src/tenants/records.js';
import { bytesOf } from '../../../src/tenants/tenant-store.js';
import { endpointAt } from '../../helpers/endpoint-at.js';
import { memoryStore } from '../../helpers/memory-store.js';
import { openAll } from '../../helpers/secret-values.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const DAY_MS = 24 * 3600 * 1000;

/** Answers where services are, and holds blocking queries until that changes, as Consul does. */
async function consulDouble() {
  let index = 1;
  let instances: readonly string[] = [];
  const held = new Set<ServerResponse>();
  const asked: string[] = [];
  const answer = (response: ServerResponse): void => {
    const all = instances.map((place) => {
      const [Address, port] = place.split(':');
      return { Node: { Node: 'client-1', Address: '' }, Service: { ID: place, Address, Port: Number(port), Tags: [] }, Checks: [] };
    });
    response.setHeader('x-consul-index', index).end(JSON.stringify(all));
  };
  const server = createServer(({ url = '' }, response) => {
    const since = Number(new URL(url, 'http://consul').searchParams.get('index') ?? 0);
    asked.push(url);
    if (since < index) return answer(response);
    held.add(response);
    response.on('close', () => held.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    asked,
    endpoint: endpointAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    tell(now: readonly string[]) {
      [instances, index] = [now, index + 1];
      held.forEach(answer);
    },
  };
}

/** A controller before a store in memory. */
async function controller(more: Partial<ControllerServing> = {}) {
  const end = new AbortController();
  const signal = forManyCalls(end.signal);
  const ctx = await createTestContext();
  const { paths, redact } = ctx;
  const store = memoryStore();
  const consul = await consulDouble();
  const connection = { consul: consul.endpoint } as unknown as ClusterConnection;
  const view = openTenantView({ store, connection }, signal);
  const at = { connection, store, view, templates: createTemplateCache(paths), paths, redact, signal, now: Date.now };
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => void failures.push(error);
  const server = await serveController(at, { host: '127.0.0.1', port: 0, version: '1', isLeader: () => false, onFailure, ...more });
  onTestFinished(async () => {
    await server.close();
    end.abort(new Error('the test ends'));
  });
  const tokenOf = async (name: string): Promise<string> => {
    const { token } = await writeCustomer(store, { name, now: 0, newToken: true }, { signal, redact });
    return openAll({ secret: token }).secret ?? '';
  };
  return { ctx, store, server, consul, failures, tokenOf, signal };
}

const mine: TenantRecord = {
  ...{ name: 'mine', template: 'redis', customer: 'acme', members: 1, variables: [], state: 'ready', operation: 'none', made: 0 },
};

describe('the controller', () => {
  it('answers look-ups from memory, of what Consul tells', async () => {
    const { store, server, consul, tokenOf, signal } = await controller();
    await store.writeAll([{ key: `${TENANTS}mine`, value: bytesOf(mine) }], signal);
    const token = await tokenOf('acme');
    const ask = async (bearer = token) => {
      const headers = { authorization: `Bearer ${bearer}` };
      const reply = await fetch(`http://127.0.0.1:${server.port}/v1/tenants/mine/address`, { headers });
      return { status: reply.status, ...((await reply.json()) as { url?: string }) };
    };
    expect((await ask()).status).toBe(409);
    consul.tell(['10.0.0.1:6379']);
    await expect.poll(async () => (await ask()).url).toBe('redis://10.0.0.1:6379');
    const before = { ...store.calls };
    for (let count = 0; count < 50; count++) expect((await ask()).status).toBe(200);
    expect(store.calls).toEqual(before);
    expect(consul.asked).toHaveLength(3);
    consul.tell(['10.0.0.2:6379']);
    await expect.poll(async () => (await ask()).url).toBe('redis://10.0.0.2:6379');
    // A new token is good at once, and of another customer the tenant is not there.
    const other = await tokenOf('other');
    expect((await ask(other)).status).toBe(404);
    const renewed = await tokenOf('acme');
    expect((await ask(renewed)).status).toBe(200);
    await expect.poll(async () => (await ask()).status).toBe(401);
    await revokeTokens(store, 'acme', signal);
    await expect.poll(async () => (await ask(renewed)).status).toBe(401);
  });

  it('follows fifty addresses at a time, those that were asked for last', async () => {
    const { ctx, store, consul, signal } = await controller();
    consul.tell(['10.0.0.1:6379']);
    const view = openTenantView({ store, connection: { consul: consul.endpoint } }, signal);
    const { manifest } = await createTemplateCache(ctx.paths).find('redis');
    for (let count = 0; count < 51; count++) await view.address(`t-${count}`, manifest);
    const asked = (name: string): number => consul.asked.filter((url) => url.startsWith(`/v1/health/service/${name}-redis`)).length;
    await expect.poll(() => asked('t-50')).toBe(2);
    await view.address('t-50', manifest);
    expect(asked('t-50')).toBe(2);
    await view.address('t-0', manifest);
    expect(asked('t-0')).toBeGreaterThanOrEqual(3);
  });
});

describe('the certificate of a controller', () => {
  const sign = async (ctx: Awaited<ReturnType<typeof createTestContext>>): Promise<string> => {
    const paths = ctx.paths.cluster('dev');
    mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
    const key = newPrivateKey(ctx.redact);
    await writeSecrets(paths, { [AUTHORITY_KEY]: key }, { redact: ctx.redact });
    const authority = await issueAuthority(key, { cluster: 'dev', now: Date.now() - 300 * DAY_MS });
    writeFileSync(paths.ca, authority);
    return authority;
  };

  it("is of the cluster's authority, made anew before it ends or when that is another one, and exchanged while it answers", async () => {
    const ctx = await createTestContext();
    const authority = await sign(ctx);
    const wanted = { by: 'cluster', cluster: 'dev', names: servedNames('127.0.0.1', ['tenants.example']) } as const;
    const at = { paths: ctx.paths, redact: ctx.redact };
    const old = await ownCertificate(wanted, { ...at, now: Date.now() - 200 * DAY_MS });
    const { server } = await controller({ identity: old });
    const shown = (ca: string): Promise<X509Certificate> =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: server.port, path: '/v1/health', ca, servername: 'tenants.example', agent: false };
        const asking = request(options, (reply) => {
          reply.resume();
          resolve((reply.socket as TLSSocket).getPeerX509Certificate() as X509Certificate);
        });
        asking.on('error', reject).end();
      });
    expect((await shown(authority)).subjectAltName).toBe('DNS:tenants.example, IP Address:127.0.0.1');
    expect(await ownCertificate(wanted, { ...at, now: Date.now() - 200 * DAY_MS, before: old })).toBe(old);
    const next = await ownCertificate(wanted, { ...at, now: Date.now(), before: old });
    expect(await ownCertificate(wanted, { ...at, now: Date.now(), before: next })).toBe(next);
    server.renew(next);
    expect((await shown(authority)).fingerprint256).toBe(new X509Certificate(next.certificate).fingerprint256);
    const other = await sign(ctx);
    server.renew(await ownCertificate(wanted, { ...at, now: Date.now(), before: next }));
    await shown(other);
    await expect(shown(authority)).rejects.toThrow();
  });

  it('of files is read again, and another one where they are others', async () => {
    const ctx = await createTestContext();
    const authority = await sign(ctx);
    const at = { paths: ctx.paths, redact: ctx.redact, now: Date.now() };
    const write = async (): Promise<void> => {
      const made = await ownCertificate({ by: 'cluster', cluster: 'dev', names: servedNames('10.0.0.1', []) }, at);
      writeFileSync(join(ctx.paths.home, 'both.pem'), `${made.certificate}${authority}${openAll({ key: made.key })['key'] ?? ''}`);
    };
    await write();
    const wanted = { by: 'file', file: join(ctx.paths.home, 'both.pem') } as const;
    const first = await ownCertificate(wanted, at);
    expect(await ownCertificate(wanted, { ...at, before: first })).toBe(first);
    await write();
    expect(await ownCertificate(wanted, { ...at, before: first })).not.toBe(first);
    writeFileSync(wanted.file, authority);
    expect((await thrown(() => ownCertificate(wanted, { ...at, before: first }))).code).toBe('certificate-invalid');
  });

  it('cannot be had where the cluster has no authority here', async () => {
    const { paths, redact } = await createTestContext();
    const wanted = { by: 'cluster', cluster: 'dev', names: servedNames('0.0.0.0', []) } as const;
    expect(wanted.names.ip).toContain('127.0.0.1');
    expect((await thrown(() => ownCertificate(wanted, { paths, redact, now: 0 }))).code).toBe('controller-plain');
  });
});
