import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../packages/base/src/redact.js';
import type { Secret } from '../../../packages/base/src/secret/secret.js';
import type { AgentEndpoint } from '../../../src/clients/agent-endpoint.js';
import { createConsulApi } from '../../../src/clients/consul/consul-api.js';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import { ensureConsulAcl } from '../../../src/security/acl/ensure-consul-acl.js';
import { ensureFirstToken } from '../../../src/security/acl/ensure-first-token.js';
import { ensureWorkloads } from '../../../src/security/acl/ensure-workloads.js';
import { otherManagementTokens, recoverAcl } from '../../../src/security/acl/recover-acl.js';
import { DATACENTER, startAclAgents, type AclAgents } from '../../helpers/acl-agents.js';
import { secretOf } from '../../helpers/secret-values.js';
import { thrown } from '../../helpers/thrown.js';

const agents = await startAclAgents();

describe.skipIf(agents === undefined)('ACLs of real agents', () => {
  const { cluster, secrets, tokens, work } = agents as AclAgents;
  const [server] = cluster.nodes;
  const endpoint = (program: 'consul' | 'nomad') => cluster.endpoint(server!, program);
  const { signal } = work;
  const subject = { cluster, datacenter: DATACENTER, tokens };
  afterAll(() => agents?.end());

  it('are made from nothing, both at once, with secrets that were chosen before', async () => {
    const [written, nomad] = await Promise.all([
      ensureConsulAcl(subject, work),
      ensureFirstToken({ cluster, program: 'nomad', management: secrets.nomad }, work),
    ]);
    expect(nomad).toBe('made');
    expect([...written].sort()).toEqual(
      [
        'policy nomad-default-tasks',
        'policy nomadctl-nomad-client',
        'policy nomadctl-nomad-server',
        'role nomad-default-tasks',
        'token "nomadctl: Consul\'s agent on client-1"',
        'token "nomadctl: Consul\'s agent on server-1"',
        'token "nomadctl: DNS"',
        'token "nomadctl: Nomad\'s client on client-1"',
        'token "nomadctl: Nomad\'s server on server-1"',
      ].sort(),
    );
    await expect(createNomadApi(endpoint('nomad')).acl.ownToken(signal)).resolves.toMatchObject({ Type: 'management' });
  });

  it('are left alone when all is as it should be', async () => {
    await expect(ensureConsulAcl(subject, work)).resolves.toEqual([]);
    await expect(ensureFirstToken({ cluster, program: 'nomad', management: secrets.nomad }, work)).resolves.toBe('kept');
  });

  it('get back what somebody has changed, and nothing else', async () => {
    const { acl } = createConsulApi(endpoint('consul'));
    const policy = await acl.policy('nomadctl-nomad-server', signal);
    await acl.writePolicy({ ...policy!, Rules: 'acl = "write"\n' }, signal);
    const all = await acl.tokens(signal);
    const dns = all.find(({ Description }) => Description === 'nomadctl: DNS');
    const nomad = all.find(({ Description }) => Description === "nomadctl: Nomad's client on client-1");
    await acl.deleteToken(dns!.AccessorID, signal);
    await acl.updateToken(nomad!.AccessorID, { Description: nomad!.Description!, Policies: [{ Name: 'global-management' }] }, signal);
    expect([...(await ensureConsulAcl(subject, work))].sort()).toEqual([
      'policy nomadctl-nomad-server',
      'token "nomadctl: DNS"',
      'token "nomadctl: Nomad\'s client on client-1"',
    ]);
    await expect(ensureConsulAcl(subject, work)).resolves.toEqual([]);
    expect((await acl.policy('nomadctl-nomad-server', signal))?.Rules).not.toContain('acl');
  });

  it('may be made by two at the same time', async () => {
    const { acl } = createConsulApi(endpoint('consul'));
    for (const { AccessorID, Description = '' } of await acl.tokens(signal))
      if (Description.startsWith('nomadctl: ')) await acl.deleteToken(AccessorID, signal);
    await Promise.all([ensureConsulAcl(subject, work), ensureConsulAcl(subject, work)]);
    const descriptions = (await acl.tokens(signal)).map(({ Description }) => Description).filter((each) => each?.startsWith('nomadctl: '));
    expect(descriptions.length).toBe(5);
    expect(new Set(descriptions).size).toBe(5);
  });

  it('come out the same when a run ends in the middle, wherever that is', async () => {
    const { acl } = createConsulApi(endpoint('consul'));
    const ours = async () => (await acl.tokens(signal)).filter(({ Description }) => Description?.startsWith('nomadctl: '));
    for (const afterMs of [0, 2, 5, 10, 20, 40]) {
      for (const { AccessorID } of await ours()) await acl.deleteToken(AccessorID, signal);
      for (const name of ['nomadctl-nomad-server', 'nomadctl-nomad-client', 'nomad-default-tasks']) {
        const policy = await acl.policy(name, signal);
        if (policy?.ID !== undefined) await acl.deletePolicy(policy.ID, signal);
      }
      const end = new AbortController();
      const killed = ensureConsulAcl(subject, { ...work, signal: end.signal }).catch(() => undefined);
      setTimeout(() => end.abort(), afterMs);
      await killed;
      await ensureConsulAcl(subject, work);
      await expect(ensureConsulAcl(subject, work)).resolves.toEqual([]);
      expect(new Set((await ours()).map(({ Description }) => Description)).size).toBe(5);
      expect((await ours()).length).toBe(5);
    }
  });

  it("let workloads in by Nomad's keys, and mend what lets them in", async () => {
    await expect(ensureWorkloads(cluster, work)).resolves.toEqual([
      'auth method nomad-workloads',
      'policy nomadctl-metrics',
      'role nomadctl-metrics',
      'binding rule "nomadctl: tasks"',
      'binding rule "nomadctl: services of namespace default"',
      'binding rule "nomadctl: metrics"',
    ]);
    await expect(ensureWorkloads(cluster, work)).resolves.toEqual([]);
    const { acl } = createConsulApi(endpoint('consul'));
    const method = await acl.authMethod('nomad-workloads', signal);
    // After that time Consul would take the tokens of running services away.
    await acl.writeAuthMethod({ ...method!, MaxTokenTTL: '1h' }, signal);
    const [rule] = await acl.bindingRules('nomad-workloads', signal);
    const { ID: _, ...copy } = rule!;
    await acl.writeBindingRule(copy, signal);
    expect((await ensureWorkloads(cluster, work)).length).toBe(2);
    expect((await acl.authMethod('nomad-workloads', signal))?.MaxTokenTTL ?? '0s').toBe('0s');
    expect((await acl.bindingRules('nomad-workloads', signal)).length).toBe(3);
    await expect(ensureWorkloads(cluster, work)).resolves.toEqual([]);
  });

  it.each(['consul', 'nomad'] as const)('can be had back when the management token of %s is deleted', async (program) => {
    const api = program === 'consul' ? createConsulApi(endpoint('consul')) : createNomadApi(endpoint('nomad'));
    const other = await otherToken(program);
    const lost = await api.acl.ownToken(signal);
    const byOther = { ...endpoint(program), token: other };
    await (program === 'consul' ? createConsulApi(byOther) : createNomadApi(byOther)).acl.deleteToken(lost!.AccessorID, signal);
    await expect(api.acl.ownToken(signal)).resolves.toBeUndefined();
    const secret = secretOf(randomUUID());
    const written: (string | undefined)[] = [];
    const writeReset = async (node: string, index: string | undefined): Promise<void> => {
      written.push(index);
      const path = join(agents!.dir, `${node}-${program}`, program === 'nomad' ? 'server' : '', 'acl-bootstrap-reset');
      await (index === undefined ? rm(path, { force: true }) : writeFile(path, index));
    };
    await expect(recoverAcl({ cluster, program, secret, writeReset }, work)).resolves.toBe('server-1');
    expect(written).toEqual([expect.stringMatching(/^\d+$/), undefined]);
    const mine = { consul: endpoint('consul'), nomad: endpoint('nomad'), [program]: { ...endpoint(program), token: secret } };
    const found = program === 'consul' ? createConsulApi(mine.consul) : createNomadApi(mine.nomad);
    await expect(found.acl.ownToken(signal)).resolves.toBeDefined();
    // Consul's own of another test is unknown by now, so each program is asked by itself.
    const others = await otherManagementTokens({ consul: byConsul ?? mine.consul, nomad: mine.nomad }, signal);
    if (program === 'consul') byConsul = mine.consul;
    expect(others.map(({ description }) => description)).toContain('other');
  });

  let byConsul: AgentEndpoint | undefined;

  async function otherToken(program: 'consul' | 'nomad'): Promise<Secret> {
    if (program === 'nomad') {
      const token = { Name: 'other', Type: 'management' } as const;
      return (await createNomadApi(endpoint('nomad')).acl.createToken(token, { redact: createRedactor(), signal })).secret;
    }
    const secret = secretOf(randomUUID());
    const rights = { Description: 'other', Policies: [{ Name: 'global-management' }] };
    await createConsulApi(endpoint('consul')).acl.createToken({ secret, rights }, signal);
    return secret;
  }

  it('tell when the first token of Nomad is somebody else’s', async () => {
    const error = await thrown(() =>
      ensureFirstToken({ cluster, program: 'nomad', management: secretOf('0a7c2a64-6a5c-4b54-8d0e-111111111111') }, work),
    );
    expect(error).toMatchObject({ code: 'acl-taken' });
  });
});
