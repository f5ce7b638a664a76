import { afterAll, describe, expect, it } from 'vitest';
import { createConsulApi } from '../../../src/clients/consul-api.js';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import { ensureConsulAcl } from '../../../src/security/acl/ensure-consul-acl.js';
import { ensureNomadAcl } from '../../../src/security/acl/ensure-nomad-acl.js';
import { ensureWorkloads } from '../../../src/security/acl/ensure-workloads.js';
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
    const [written, nomad] = await Promise.all([ensureConsulAcl(subject, work), ensureNomadAcl(cluster, secrets.nomad, work)]);
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
    await expect(ensureNomadAcl(cluster, secrets.nomad, work)).resolves.toBe('kept');
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

  it("let workloads in by Nomad's keys, and mend what lets them in", async () => {
    await expect(ensureWorkloads(cluster, work)).resolves.toEqual([
      'auth method nomad-workloads',
      'binding rule "nomadctl: tasks"',
      'binding rule "nomadctl: services of namespace default"',
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
    expect((await acl.bindingRules('nomad-workloads', signal)).length).toBe(2);
    await expect(ensureWorkloads(cluster, work)).resolves.toEqual([]);
  });

  it('tell when the first token of Nomad is somebody else’s', async () => {
    const error = await thrown(() => ensureNomadAcl(cluster, secretOf('0a7c2a64-6a5c-4b54-8d0e-111111111111'), work));
    expect(error).toMatchObject({ code: 'acl-taken' });
  });
});
