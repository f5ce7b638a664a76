import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import type { JobSpec } from '../../../src/clients/nomad-job-model.js';
import { execInTask } from '../../../src/clients/nomad-exec.js';
import type { ClusterConnection } from '../../../src/cluster/connection.js';
import type { Context } from '../../../src/context.js';
import { performOperation, type Surroundings } from '../../../src/plans/tenants.js';
import { makeToken } from '../../../src/security/access/access-tokens.js';
import { mayRegister } from '../../../src/security/acl/binding-rules.js';
import { claimOf } from '../../../src/security/acl/claimed-namespaces.js';
import { openSession } from '../../../src/state/lock/consul-session.js';
import { acceptOperation, type WantedOperation } from '../../../src/tenants/accept-operation.js';
import { readAudit } from '../../../src/tenants/audit.js';
import { revokeTokens, writeCustomer } from '../../../src/tenants/customers.js';
import { PREFIX, type Operation } from '../../../src/tenants/records.js';
import { tenantAddress } from '../../../src/tenants/tenant-address.js';
import { sharedRights } from '../../../src/tenants/tenant-namespace.js';
import { tenantStore } from '../../../src/tenants/tenant-store.js';
import { findTenantTemplate } from '../../../src/tenants/tenant-template.js';
import { openCluster } from '../../../src/targets/open-cluster.js';
import { openLab } from '../../helpers/lab.js';
import { requireTool } from '../../helpers/require-tool.js';
import { startController } from '../../helpers/running-controller.js';
import { openAll } from '../../helpers/secret-values.js';
import { createTestContext } from '../../helpers/test-context.js';
import { runTenantChaos } from '../../helpers/tenant-chaos.js';
import { thrown } from '../../helpers/thrown.js';

const hasAll = ['nomad', 'consul', 'redis-server', 'redis-cli'].every((tool) => requireTool(tool) !== undefined);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** One secured cluster for all cases; `left` and `right` are made at the same time. */
describe.skipIf(!hasAll)('tenants of a secured cluster', () => {
  const lab = openLab();
  let connection: ClusterConnection;
  let ctx: Context;
  let at: Surroundings;
  const { signal } = new AbortController();

  const accept = (
    wanted: Partial<WantedOperation> & Pick<WantedOperation, 'kind' | 'tenant'>,
  ): Promise<{ operation: Operation; isNew: boolean }> =>
    acceptOperation(
      at.store,
      { template: 'redis', members: 1, variables: ['memory=32'], by: 'test', anew: true, ...wanted },
      { now: Date.now(), signal },
    );
  const perform = async (operation: Operation): Promise<Operation> => performOperation({ ...ctx, given: {} }, operation, at);
  const redis = async (tenant: string, ask: string, of = tenant): Promise<string> => {
    const { manifest } = await findTenantTemplate('redis', ctx.paths);
    const [address = ''] = (await tenantAddress(connection, { tenant: of, manifest }, signal)).addresses;
    const [host = '', port = ''] = address.split(':');
    const nomad = createNomadApi({ ...connection.nomad, namespace: tenant });
    const [allocation] = (await nomad.allocationsInFull('redis', signal)).filter(({ ClientStatus }) => ClientStatus === 'running');
    const script = `REDISCLI_AUTH=$(cat "$NOMAD_SECRETS_DIR/password") redis-cli -h ${host} -p ${port} ${ask} 2>&1`;
    const asked = { allocation: allocation?.ID ?? '', task: 'redis', command: ['/bin/sh', '-c', script], timeoutMs: 10_000, signal };
    return (await execInTask(nomad, asked)).stdout.trim();
  };

  beforeAll(async () => {
    await lab.must(['up', '--drivers', 'raw_exec']);
    ctx = await createTestContext({ home: lab.home, env: { PATH: process.env['PATH'] } });
    connection = await (await openCluster(ctx)).connection();
    const store = tenantStore(connection.consul);
    const session = await openSession(store, { name: 'test' });
    at = { connection, store, session, writeRights: sharedRights() };
    const pair = await Promise.all(['left', 'right'].map((tenant) => accept({ kind: 'create', tenant })));
    await Promise.all(pair.map(({ operation }) => perform(operation)));
  });
  afterAll(async () => {
    await at?.session.end();
    await lab.end();
  });

  it('keep their keys apart: each has its own, and the password of one opens nothing of the other', async () => {
    expect(await redis('left', 'SET colour blue')).toBe('OK');
    expect(await redis('right', 'SET colour red')).toBe('OK');
    expect(await redis('left', 'GET colour')).toBe('blue');
    expect(await redis('right', 'GET colour')).toBe('red');
    expect(await redis('left', 'GET colour', 'right')).toMatch(/NOAUTH|WRONGPASS/);
  });

  it("are refused with each other's tokens, and cannot register each other's services", async () => {
    const { secrets } = await makeToken(connection, { name: 'ci', kind: 'deployer', namespace: 'left' }, { signal, redact: ctx.redact });
    const own = createNomadApi({ ...connection.nomad, token: secrets.nomad, namespace: 'left' });
    const other = createNomadApi({ ...connection.nomad, token: secrets.nomad, namespace: 'right' });
    expect((await own.job('redis', signal))?.ID).toBe('redis');
    for (const ask of [
      () => other.job('redis', signal),
      () => other.stop({ id: 'redis', purge: true, signal }),
      () => other.variable('nomad/jobs/redis', signal),
    ])
      expect((await thrown(ask)).code).toBe('api-forbidden');
    expect(
      (
        await thrown(async () =>
          other.register({ job: { ...(await own.job('redis', signal)), Namespace: 'right' } as unknown as JobSpec, signal }),
        )
      ).code,
    ).toBe('api-forbidden');
    const namespaces = await createNomadApi(connection.nomad).acl.namespaces(signal);
    const claims = namespaces.flatMap((namespace) => claimOf(namespace) ?? []);
    expect(mayRegister('left', 'left-redis', claims)).toBe(true);
    for (const [namespace, service] of [
      ['left', 'right-redis'],
      ['right', 'left-redis'],
      ['default', 'left-redis'],
    ] as const)
      expect(mayRegister(namespace, service, claims)).toBe(false);
  });

  it('go on where an operation was interrupted, and are as they were when nothing is amiss', async () => {
    const { operation } = await accept({ kind: 'create', tenant: 'left' });
    const stopped = new AbortController();
    stopped.abort(new Error('killed'));
    await expect(performOperation({ ...ctx, signal: stopped.signal }, operation, at)).rejects.toThrow();
    const again = await accept({ kind: 'create', tenant: 'left' });
    expect(again.operation.id).toBe(operation.id);
    expect((await perform(operation)).state).toBe('succeeded');
    expect(await redis('left', 'GET colour')).toBe('blue');
  });

  it('are refused where the name, the size or the namespace is somebody else’s', async () => {
    expect((await thrown(() => accept({ kind: 'create', tenant: 'left', members: 2 }))).code).toBe('tenant-exists');
    expect((await thrown(() => accept({ kind: 'scale', tenant: 'none', members: 2 }))).code).toBe('tenant-unknown');
    await createNomadApi(connection.nomad).acl.writeNamespace({ Name: 'theirs', Description: '' }, signal);
    const { operation } = await accept({ kind: 'create', tenant: 'theirs' });
    expect((await thrown(() => perform(operation))).code).toBe('namespace-taken');
  });

  it('are made for customers over HTTPS: with a token, within a quota, once for each key, whichever process is killed', async () => {
    const { token } = await writeCustomer(
      at.store,
      { name: 'acme', quota: 1, now: Date.now(), newToken: true },
      { signal, redact: ctx.redact },
    );
    const secret = openAll({ secret: token })['secret'] ?? '';
    const first = await startController(lab, secret);
    await first.workerPid();
    const { call } = first;
    const wanted = { name: 'mine', variables: { memory: 32 } };
    const asked = await call('POST', '/v1/tenants', { body: wanted, key: 'a' });
    expect(asked).toMatchObject({ status: 202, body: { operation: { kind: 'create', tenant: 'mine', state: 'queued' } } });
    const created = asked.body.operation;
    const isRunning = (): boolean => first.lines.some(({ event, id }) => event === 'operation' && id === created?.id);
    await expect.poll(isRunning, { timeout: 25_000 }).toBe(true);
    process.kill(await first.workerPid(), 'SIGKILL');
    expect((await call('POST', '/v1/tenants', { body: wanted, key: 'a' })).body.operation?.id).toBe(created?.id);
    const refusals = [
      await call('POST', '/v1/tenants', { body: { ...wanted, name: 'other' }, key: 'a' }),
      await call('POST', '/v1/tenants', { body: { ...wanted, name: 'other' } }),
      await call('POST', '/v1/tenants', { body: { ...wanted, name: 'Ödd name' } }),
      await call('POST', '/v1/tenants', { body: { ...wanted, template: 'rediss' } }),
      await call('POST', '/v1/tenants', { body: { ...wanted, name: 'left' } }),
      await call('GET', '/v1/tenants/left/address'),
      await call('GET', '/v1/tenants', { bearer: 'acme.nothing' }),
    ];
    expect(refusals.map(({ status, body }) => `${status} ${body.error?.code}`)).toEqual([
      '422 key-reused',
      '403 quota-reached',
      '400 tenant-name-invalid',
      '400 tenant-template-unknown',
      '409 tenant-taken',
      '404 tenant-unknown',
      '401 token-unknown',
    ]);
    expect(refusals.every(({ body }) => (body.error?.next ?? '') !== '')).toBe(true);
    expect(await first.ended(created, secret)).toBe('succeeded');
    await expect.poll(async () => (await call('GET', '/v1/tenants/mine/address')).body.url, { timeout: 25_000 }).toMatch(/^redis:\/\//);
    const worker = await first.workerPid();
    const gone = await call('DELETE', '/v1/tenants/mine');
    first.child.kill('SIGKILL');
    await first.done;
    // Whoever was to answer is gone, and so is what it started.
    await expect.poll(() => isThere(worker), { timeout: 25_000 }).toBe(false);
    const second = await startController(lab, secret);
    expect(await second.ended(gone.body.operation, secret)).toBe('succeeded');
    await revokeTokens(at.store, 'acme', signal);
    await expect.poll(async () => (await second.call('GET', '/v1/tenants')).status, { timeout: 25_000 }).toBe(401);
    const last = await second.workerPid();
    second.child.kill('SIGINT');
    expect((await second.done).code).toBe(0);
    expect(isThere(last)).toBe(false);
    const actions = (await readAudit(at.store, signal)).map(({ action, status }) => `${action} ${status}`);
    expect(actions).toEqual(expect.arrayContaining(['create 202', 'create 403', 'create 422', 'destroy 202']));
  });

  it('leave nothing behind', async () => {
    const { operation } = await accept({ kind: 'destroy', tenant: 'right' });
    expect((await perform(operation)).state).toBe('succeeded');
    const nomad = createNomadApi(connection.nomad);
    expect(await nomad.acl.namespace('right', signal)).toBeUndefined();
    expect((await nomad.hostVolumes(signal, '*')).filter(({ Namespace }) => Namespace === 'right')).toEqual([]);
    expect((await nomad.jobs({ signal })).filter(({ Namespace }) => Namespace === 'right')).toEqual([]);
    const keys = await at.store.keys(PREFIX, signal);
    expect(keys.filter((key) => key.endsWith('/right'))).toEqual([]);
    expect(await redis('left', 'GET colour')).toBe('blue');
  });

  /** A sample; `npm run chaos -- --tenants --runs 50` is the proof. */
  it('come and go by commands that are killed at random moments, and the list, Nomad and Consul agree', async () => {
    const lines: string[] = [];
    const { failures } = await runTenantChaos({ on: lab, runs: 2, seed: 7, say: (line) => lines.push(line), signal });
    expect(failures, lines.join('\n')).toEqual([]);
  }, 240_000);
});
