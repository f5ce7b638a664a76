import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assignNodes } from '../../../src/agents/node-assignment.js';
import { nodesFor } from '../../../src/agents/topology.js';
import { renderConfigs } from '../../../src/agents/config-files.js';
import { outdatedSecretConfigs, secretConfigs, writeSecretConfigs } from '../../../src/agents/secret-config-files.js';
import { ensureClusterSecrets, type ClusterSecrets } from '../../../src/security/cluster-secrets.js';
import { openAll } from '../../helpers/secret-values.js';
import { slotClaims } from '../../helpers/slot-claims.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';
import type { Secret } from '../../../packages/base/src/secret/secret.js';

async function scene(splitRoles = true) {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  const wanted = nodesFor({ servers: 1, clients: 1, splitRoles });
  const request = { owner: 'dev', mode: 'addresses', claims: slotClaims(2), formed: false, secured: true } as const;
  const { nodes } = await assignNodes({ ...request, wanted, known: [] });
  const secrets = await ensureClusterSecrets(
    { paths, redact: ctx.redact },
    nodes.map(({ name }) => name),
  );
  return { agents: paths.agents, nodes, secrets };
}

const open = (secret: Secret | undefined): string => openAll({ secret })['secret'] ?? '';
const tokenOf = (secrets: ClusterSecrets, node: string, program: 'consul' | 'nomad'): string => open(secrets.nodes.get(node)?.[program]);

async function written(bootstrapped: boolean) {
  const { agents, nodes, secrets } = await scene();
  const wanted = secretConfigs({ agents, nodes, secrets, bootstrapped });
  await writeSecretConfigs(wanted, [...wanted.keys()]);
  const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(agents, path), 'utf8'));
  return { agents, secrets, wanted, read };
}

describe('what agents are told in secret', () => {
  it('is to each what its role needs', async () => {
    const { secrets, read, wanted, agents } = await written(false);
    const dns = open(secrets.dns);
    for (const node of ['consul-server-1', 'nomad-server-1', 'client-1'])
      expect(await read(`${node}/consul/secrets.json`)).toEqual({
        encrypt: open(secrets.gossip.consul),
        acl: { tokens: { agent: tokenOf(secrets, node, 'consul'), dns } },
      });
    expect(await read('nomad-server-1/nomad/secrets.json')).toEqual({
      consul: { token: tokenOf(secrets, 'nomad-server-1', 'nomad') },
      server: { encrypt: open(secrets.gossip.nomad) },
    });
    for (const node of ['consul-server-1', 'nomad-server-1', 'client-1'])
      expect(await read(`${node}/consul/gossip-keys.json`)).toEqual([open(secrets.gossip.consul)]);
    expect(await read('nomad-server-1/nomad/gossip-keys.json')).toEqual([open(secrets.gossip.nomad)]);
    expect(wanted.has(join(agents, 'client-1/nomad/gossip-keys.json'))).toBe(false);
    expect(await read('client-1/nomad/secrets.json')).toEqual({ consul: { token: tokenOf(secrets, 'client-1', 'nomad') } });
    expect([...wanted.keys()].filter((path) => path.endsWith('bootstrap.json'))).toEqual([
      join(agents, 'consul-server-1/consul/bootstrap.json'),
    ]);
    expect(await read('consul-server-1/consul/bootstrap.json')).toEqual({
      acl: { tokens: { initial_management: open(secrets.management.consul) } },
    });
  });

  it('is the management token no more once Consul knows it', async () => {
    expect(await (await written(true)).read('consul-server-1/consul/bootstrap.json')).toEqual({});
  });

  it('is in files of nobody else, and written anew when others may read them', async () => {
    const { wanted } = await written(false);
    expect(await outdatedSecretConfigs(wanted)).toEqual([]);
    const [first = '', second = '', third = ''] = wanted.keys();
    expect((await stat(first)).mode & 0o777).toBe(0o600);
    await chmod(first, 0o640);
    await writeFile(second, (await readFile(second, 'utf8')).slice(0, 20));
    await writeFile(third, '{}');
    expect(await outdatedSecretConfigs(wanted)).toEqual([first, second, third]);
    await writeSecretConfigs(wanted, [first, second, third]);
    expect(await outdatedSecretConfigs(wanted)).toEqual([]);
    expect((await stat(first)).mode & 0o777).toBe(0o600);
  });

  it('is in none of the other files', async () => {
    const { agents, nodes, secrets } = await scene(false);
    const none = { clientCertificates: false, clientIntroduction: 'none' } as const;
    const settings = { datacenter: 'dc1', drivers: ['auto'], clientCpu: 0, clientMemory: 0, bridge: false, ...none };
    const authority = { file: '/ca.pem', pem: 'certificate' };
    const rendered = renderConfigs({
      nodes,
      agents,
      settings,
      authority,
      consulBinary: '/consul',
      tools: '/tools',
      loopback: 'lo',
      hasRootLinks: true,
    });
    const values = [
      ...Object.values(openAll({ ...secrets.gossip })),
      ...Object.values(openAll({ ...secrets.management })),
      ...[...secrets.nodes.values()].flatMap((tokens) => Object.values(openAll({ ...tokens }))),
      open(secrets.dns),
    ];
    expect(values).toHaveLength(9);
    for (const text of rendered.values()) for (const value of values) expect(text).not.toContain(value);
  });

  it('has to have been chosen', async () => {
    const { agents, nodes, secrets } = await scene();
    const error = await thrown(() => secretConfigs({ agents, nodes, secrets: { ...secrets, nodes: new Map() }, bootstrapped: false }));
    expect(String(error)).toContain('no tokens were chosen for consul-server-1');
  });
});
