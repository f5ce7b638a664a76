import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsulApi } from '../../../src/clients/consul/consul-api.js';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import type { JobSpec } from '../../../src/clients/nomad-job-model.js';
import { tokenRefusal } from '../../../src/jobs/rollout/consul-token-refusal.js';
import type { ClusterConnection } from '../../../src/cluster/connection.js';
import { createNamespacePlan, deleteNamespacePlan, intentionPlan, runAccessPlan, type AccessPlan } from '../../../src/plans/access.js';
import { accessTokens, makeToken, refuseToken, revokeToken } from '../../../src/security/access/access-tokens.js';
import { aclStanding, requireAcls } from '../../../src/security/access/acl-standing.js';
import { listIntentions } from '../../../src/security/access/intentions.js';
import { listNamespaces } from '../../../src/security/access/namespaces.js';
import { ensureConsulAcl } from '../../../src/security/acl/ensure-consul-acl.js';
import { ensureFirstToken } from '../../../src/security/acl/ensure-first-token.js';
import { ensureWorkloads } from '../../../src/security/acl/ensure-workloads.js';
import { DATACENTER, startAclAgents, type AclAgents } from '../../helpers/acl-agents.js';
import { openAll } from '../../helpers/secret-values.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const [secured, open] = [await startAclAgents(), await startAclAgents({ acl: false })];

afterAll(async () => {
  await Promise.all([secured?.end(), open?.end()]);
});

function connectionOf({ cluster }: AclAgents): ClusterConnection {
  const [server] = cluster.nodes;
  if (!server) throw new Error('there is a server');
  const [nomad, consul] = [cluster.endpoint(server, 'nomad'), cluster.endpoint(server, 'consul')];
  return {
    cluster: 'test',
    nomad,
    consul,
    servers: { nomad: [nomad], consul: [consul] },
    nodes: { stop: () => Promise.resolve(), start: () => Promise.resolve() },
  };
}

async function run(connection: ClusterConnection, plan: AccessPlan): Promise<readonly string[]> {
  return runAccessPlan(await createTestContext(), { plan, connection });
}

describe.skipIf(secured === undefined)('access to a cluster with ACLs', () => {
  const agents = secured as AclAgents;
  const { cluster, secrets, tokens, work } = agents;
  const { signal } = work;
  const connection = connectionOf(agents);
  const nomad = createNomadApi(connection.nomad);
  const { acl } = createConsulApi(connection.consul);

  beforeAll(async () => {
    await Promise.all([
      ensureConsulAcl({ cluster, datacenter: DATACENTER, tokens }, work),
      ensureFirstToken({ cluster, program: 'nomad', management: secrets.nomad }, work),
    ]);
    await ensureWorkloads(cluster, work);
    agents.startClient();
  });

  it('is given by a token of both programs, which does what its role may and nothing else', async () => {
    const { redact } = await createTestContext();
    const wanted = { name: 'ada', kind: 'read-only', lifeMs: 3_600_000 } as const;
    await refuseToken(connection, wanted, signal);
    const made = await makeToken(connection, wanted, { signal, redact });
    expect(made.token).toMatchObject({ name: 'ada', kind: 'read-only' });
    expect(Date.parse(made.token.ends ?? '') - Date.now()).toBeGreaterThan(3_500_000);
    const { nomad: nomadSecret, consul: consulSecret } = openAll(made.secrets);
    expect(redact(`${nomadSecret} ${consulSecret}`)).toBe('[redacted] [redacted]');
    const readerOfNomad = createNomadApi({ ...connection.nomad, token: made.secrets.nomad });
    const readerOfConsul = createConsulApi({ ...connection.consul, token: made.secrets.consul });
    await expect(readerOfNomad.jobs({ signal })).resolves.toEqual([]);
    expect((await readerOfConsul.catalogNodes(signal)).length).toBeGreaterThan(0);
    expect((await thrown(() => readerOfNomad.acl.writeNamespace({ Name: 'x', Description: '' }, signal))).code).toBe('api-forbidden');
    const entry = { Kind: 'service-intentions', Name: 'a', Sources: [{ Name: 'b', Action: 'allow' }] } as const;
    expect((await thrown(() => readerOfConsul.writeIntentions(entry, signal))).code).toBe('api-forbidden');
    expect((await thrown(() => readerOfConsul.acl.tokens(signal))).code).toBe('api-forbidden');
    expect((await thrown(() => refuseToken(connection, wanted, signal))).code).toBe('token-exists');
    expect(await accessTokens(connection, signal)).toMatchObject([{ name: 'ada', kind: 'read-only', accessors: made.token.accessors }]);
    await revokeToken(connection, made.token, signal);
    await expect(accessTokens(connection, signal)).resolves.toEqual([]);
    await expect(readerOfConsul.acl.ownToken(signal)).resolves.toBeUndefined();
    await expect(readerOfNomad.acl.ownToken(signal)).resolves.toBeUndefined();
  });

  it('is not given for longer than Nomad allows, and then in neither program', async () => {
    const { redact } = await createTestContext();
    const asked = () => makeToken(connection, { name: 'long', kind: 'operator', lifeMs: 30 * 86_400_000 }, { signal, redact });
    expect(await thrown(asked)).toMatchObject({ code: 'ttl-refused' });
    await expect(accessTokens(connection, signal)).resolves.toEqual([]);
  });

  it('is shown and taken back also where only half of it was made', async () => {
    const { redact } = await createTestContext();
    const { token } = await makeToken(connection, { name: 'half', kind: 'management' }, { signal, redact });
    await nomad.acl.deleteToken(token.accessors.nomad ?? '', signal);
    const [half] = await accessTokens(connection, signal);
    expect(half).toMatchObject({ name: 'half', kind: 'management', accessors: { consul: token.accessors.consul } });
    expect(half?.accessors).not.toHaveProperty('nomad');
    await revokeToken(connection, half!, signal);
    await expect(accessTokens(connection, signal)).resolves.toEqual([]);
  });

  it('is for a namespace of its own, on both sides, and ends with it', async () => {
    const written = await run(connection, createNamespacePlan({ name: 'team', services: ['shop'] }, true));
    expect(written).toContain('namespace team');
    expect(written).toContain('role nomad-team-tasks');
    await expect(run(connection, createNamespacePlan({ name: 'team' }, true))).resolves.toEqual([]);
    expect((await thrown(() => refuseToken(connection, { name: 'ci', kind: 'deployer', namespace: 'tem' }, signal))).code).toBe(
      'namespace-unknown',
    );
    const { redact } = await createTestContext();
    const { secrets: made } = await makeToken(connection, { name: 'ci', kind: 'deployer', namespace: 'team' }, { signal, redact });
    const deployer = createNomadApi({ ...connection.nomad, token: made.nomad });
    await deployer.register({ job: jobOf('mine', 'team', 'shop', 1), signal });
    expect((await thrown(() => deployer.register({ job: jobOf('theirs', 'default', 'web', 0), signal }))).code).toBe('api-forbidden');
    const services = createConsulApi({ ...connection.consul, token: made.consul });
    const entryOf = (Name: string) => ({ Kind: 'service-intentions', Name, Sources: [{ Name: 'web', Action: 'allow' }] }) as const;
    await expect(services.writeIntentions(entryOf('team-web'), signal)).resolves.toBe(true);
    expect((await thrown(() => services.writeIntentions(entryOf('redis'), signal))).code).toBe('api-forbidden');
    const standing = await listNamespaces(connection, { isEnforced: true, signal });
    expect(standing.find(({ name }) => name === 'team')).toMatchObject({ sides: 'both', services: ['shop'], jobs: 1 });
    expect(await thrown(() => run(connection, deleteNamespacePlan('team', true)))).toMatchObject({ code: 'namespace-in-use' });
    await nomad.stop({ id: 'mine', namespace: 'team', purge: true, signal });
    await run(connection, deleteNamespacePlan('team', true));
    await expect(run(connection, deleteNamespacePlan('team', true))).resolves.toEqual(['namespace team']);
    await expect(acl.role('nomad-team-tasks', signal)).resolves.toBeUndefined();
    await expect(deployer.acl.ownToken(signal)).resolves.toBeUndefined();
  });

  it('keeps a namespace from the names of another one, for services as Consul sees them', async () => {
    for (const name of ['team', 'team-a'])
      await run(connection, createNamespacePlan({ name, services: name === 'team' ? ['shop'] : [] }, true));
    const own = { team: ['team-web', 'shop'], 'team-a': ['team-a-web'], default: ['web', 'teams'] };
    const names = Object.values(own).flat();
    const tried = Object.keys(own).flatMap((namespace) => names.map((service) => ({ namespace, service })));
    for (const { namespace, service } of tried)
      await nomad.register({ job: jobOf(`${namespace}-${service}`, namespace, service, 1), signal });
    const expected = Object.entries(own).flatMap(([namespace, services]) => services.map((service) => `${namespace} ${service}`));
    await expect
      .poll(() => outcomes(tried), { timeout: 90_000, interval: 500 })
      .toEqual(
        Object.fromEntries(
          tried.map(({ namespace, service }) => {
            const isOwn = expected.includes(`${namespace} ${service}`);
            return [`${namespace} ${service}`, isOwn ? 'running' : 'refused'];
          }),
        ),
      );
  });

  /** What became of each job: `refused` where the words of Nomad are those that we explain. */
  async function outcomes(jobs: readonly { namespace: string; service: string }[]): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const { namespace, service } of jobs) {
      const api = createNomadApi({ ...connection.nomad, namespace });
      const [one] = (await api.allocations(`${namespace}-${service}`, { index: 0, signal })).value;
      const events = Object.values(one?.TaskStates ?? {}).flatMap(({ Events }) => Events ?? []);
      const isRefused = events.some(({ DisplayMessage }) => tokenRefusal(DisplayMessage, namespace) !== undefined);
      found[`${namespace} ${service}`] = isRefused ? 'refused' : (one?.ClientStatus ?? 'nothing');
    }
    return found;
  }

  it('lets services reach each other, or not, and says so', async () => {
    const pair = { source: 'web', destination: 'redis' };
    await expect(run(connection, intentionPlan({ ...pair, action: 'allow' }))).resolves.toEqual(['web -> redis']);
    await expect(run(connection, intentionPlan({ ...pair, action: 'allow' }))).resolves.toEqual([]);
    await run(connection, intentionPlan({ source: '*', destination: 'redis', action: 'deny' }));
    const ofRedis = async () => (await listIntentions(connection, signal)).filter(({ destination }) => destination === 'redis');
    expect(await ofRedis()).toEqual(
      expect.arrayContaining([
        { ...pair, action: 'allow' },
        { source: '*', destination: 'redis', action: 'deny' },
      ]),
    );
    for (const source of ['web', '*']) await run(connection, intentionPlan({ source, destination: 'redis', action: 'nothing' }));
    expect(await ofRedis()).toEqual([]);
  });
});

describe.skipIf(open === undefined)('access to a cluster without ACLs', () => {
  const connection = connectionOf(open as AclAgents);
  const { signal } = (open as AclAgents).work;

  it('is everybody’s: there are no tokens, and namespaces and intentions work', async () => {
    await expect.poll(() => aclStanding(connection, signal), { timeout: 30_000 }).toEqual({ consul: false, nomad: false });
    expect(await thrown(() => requireAcls(connection, signal))).toMatchObject({ code: 'no-access-control', exitCode: 3 });
    await expect
      .poll(() => run(connection, createNamespacePlan({ name: 'team' }, false)).catch(() => []), { timeout: 30_000 })
      .toEqual(['namespace team']);
    const standing = await listNamespaces(connection, { isEnforced: false, signal });
    expect(standing.map(({ name, sides }) => `${name} ${sides}`)).toEqual(['default open', 'team open']);
    await run(connection, deleteNamespacePlan('team', false));
    await expect(run(connection, intentionPlan({ source: 'web', destination: 'redis', action: 'deny' }))).resolves.toEqual([
      'web -> redis',
    ]);
    await expect(listIntentions(connection, signal)).resolves.toEqual([{ source: 'web', destination: 'redis', action: 'deny' }]);
  });
});

/** A job that only sleeps, with a service of Consul. */
function jobOf(id: string, namespace: string, service: string, count: number): JobSpec {
  const never = { Attempts: 0, Unlimited: false };
  return {
    ID: id,
    Name: id,
    Type: 'service',
    Namespace: namespace,
    Datacenters: ['*'],
    TaskGroups: [
      {
        Name: 'g',
        Count: count,
        RestartPolicy: { Attempts: 0, Mode: 'fail' },
        ReschedulePolicy: never,
        Networks: [{ DynamicPorts: [{ Label: 'p' }] }],
        Services: [{ Name: service, Provider: 'consul', PortLabel: 'p' }],
        Tasks: [{ Name: 't', Driver: 'raw_exec', Config: { command: '/bin/sleep', args: ['120'] }, Resources: { CPU: 10, MemoryMB: 10 } }],
      },
    ],
  };
}
