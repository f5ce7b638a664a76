import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsulApi } from '../../../src/clients/consul/consul-api.js';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import type { Context } from '../../../src/context.js';
import { performOperation, verifyTenant, type Surroundings } from '../../../src/plans/tenants.js';
import { acceptOperation } from '../../../src/tenants/accept-operation.js';
import { tenantAddress } from '../../../src/tenants/tenant-address.js';
import { openSession } from '../../../src/state/lock/consul-session.js';
import { sharedRights } from '../../../src/tenants/tenant-namespace.js';
import { tenantStore } from '../../../src/tenants/tenant-store.js';
import { findTenantTemplate, type TenantTemplate } from '../../../src/tenants/tenant-template.js';
import { requireTool } from '../../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../../helpers/start-agents.js';
import { createTestContext } from '../../helpers/test-context.js';

const rocketmq = requireTool('rocketmq');
const missing = ['nomad', 'consul', 'java', 'rocketmq'].filter((tool) => requireTool(tool) === undefined);

/** Real name servers and brokers. Where they are not: `nomadctl tools install rocketmq`, which needs Maven. */
describe.skipIf(missing.length > 0)(`tenants with a RocketMQ${missing.length > 0 ? ` (no ${missing.join(', no ')})` : ''}`, () => {
  let cluster: TestCluster;
  let ctx: Context;
  let at: Surroundings;
  let template: TenantTemplate;
  const { signal } = new AbortController();

  const addressOf = async (tenant: string): Promise<string> =>
    (await tenantAddress(cluster.connection, { tenant, manifest: template.manifest }, signal)).url ?? '';
  const create = async (tenant: string): Promise<void> => {
    // The quick compiler alone: these live for a minute.
    const variables = ['broker_memory=512', 'java_options=-XX:TieredStopAtLevel=1'];
    const wanted = { kind: 'create', tenant, template: 'rocketmq', members: 1, variables, by: 'test', anew: true } as const;
    const { operation } = await acceptOperation(at.store, wanted, { now: Date.now(), signal });
    await performOperation({ ...ctx, given: {} }, operation, at);
  };
  /** As a customer does: with the address alone. */
  const admin = async (tenant: string, command: string, ...more: string[]): Promise<string> => {
    const java = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Duser.home=${cluster.dir}`];
    const words = ['org.apache.rocketmq.tools.command.MQAdminStartup', command, '-n', await addressOf(tenant), ...more];
    const { stdout, stderr } = await promisify(execFile)(rocketmq ?? '', [...java, ...words]);
    return `${stdout}${stderr}`;
  };
  /** The first words of a new client may time out while it looks for its way: they are said again. */
  const send = async (tenant: string, text: string): Promise<void> => {
    const said = () => admin(tenant, 'sendMessage', '-t', 'orders', '-p', text).catch(String);
    await expect.poll(said, { timeout: 90_000, interval: 500 }).toContain('SEND_OK');
  };
  const bodies = async (tenant: string): Promise<string[]> => [
    ...new Set([...(await admin(tenant, 'consumeMessage', '-t', 'orders')).matchAll(/BODY: (\S+)/g)].map(([, body = '']) => body)),
  ];
  const brokersOfLeft = async (): Promise<number> =>
    (await createConsulApi(cluster.connection.consul).service('left-broker', { index: 0, signal })).value.filter(({ passing }) => passing)
      .length;
  const allocationOf = async (tenant: string, group: string) => {
    const nomad = createNomadApi({ ...cluster.connection.nomad, namespace: tenant });
    const all = await nomad.allocationsInFull(group.replace(/-\d+$/, ''), signal);
    return all.find(
      ({ TaskGroup, ClientStatus, DesiredStatus }) => TaskGroup === group && ClientStatus === 'running' && DesiredStatus === 'run',
    );
  };

  beforeAll(async () => {
    cluster = (await startAgents({ profile: 'secure', clients: 1 })) as TestCluster;
    ctx = await createTestContext({ home: cluster.dir, env: { PATH: process.env['PATH'] } });
    template = await findTenantTemplate('rocketmq', ctx.paths);
    const store = tenantStore(cluster.connection.consul);
    const session = await openSession(store, { name: 'test' });
    at = { connection: cluster.connection, store, session, writeRights: sharedRights() };
    await Promise.all(['left', 'right'].map(create));
  });
  afterAll(async () => {
    await at?.session.end();
    await cluster?.end();
  });

  it('take messages at the address that each customer gets, and show neither the other’s', async () => {
    await Promise.all([send('left', 'from-left'), send('right', 'from-right')]);
    expect(await Promise.all([bodies('left'), bodies('right')])).toEqual([['from-left'], ['from-right']]);
  }, 300_000);

  it('have their messages again after their node and its broker were killed', async () => {
    const { ID: id = '' } = (await allocationOf('left', 'broker-0')) ?? {};
    // The client's agent, and the broker with all that holds its output.
    const killed = processesWith(`${cluster.dir}/`, (line) => line.includes('client-1/nomad/agent.json') || line.includes(id));
    expect(killed.length).toBeGreaterThan(2);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await expect.poll(brokersOfLeft, { timeout: 60_000 }).toBe(0);
    await cluster.startClients();
    await expect.poll(brokersOfLeft, { timeout: 120_000 }).toBe(1);
    await expect.poll(async () => bodies('left').catch(() => []), { timeout: 90_000, interval: 2000 }).toEqual(['from-left']);
  }, 300_000);

  it('are found at another address when a name server has moved', async () => {
    const before = (await addressOf('left')).split(';');
    const moved = await allocationOf('left', 'namesrv-0');
    await createNomadApi({ ...cluster.connection.nomad, namespace: 'left' }).stopAllocation({ id: moved?.ID ?? '', signal });
    await expect
      .poll(async () => (await addressOf('left')).split(';').filter((one) => !before.includes(one)).length, { timeout: 120_000 })
      .toBe(1);
    await expect.poll(async () => bodies('left').catch(() => []), { timeout: 90_000, interval: 2000 }).toEqual(['from-left']);
    const checks = await verifyTenant(ctx, { connection: cluster.connection, template, tenant: 'left' });
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
  }, 300_000);
});

/** Processes of this computer whose command line has a text in it. */
function processesWith(text: string, isMeant: (line: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return line.includes(text) && isMeant(line);
      } catch {
        return false;
      }
    })
    .map(Number);
}
