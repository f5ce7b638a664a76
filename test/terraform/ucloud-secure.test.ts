import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { dockerEngine, freeSubnets } from '../helpers/docker-engine.js';
import { containerOf, canRunMachines, execIn, machinesCloud } from '../helpers/machines-cloud.js';
import { ownAddress } from '../helpers/own-address.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { askAsStranger, isOpen } from '../helpers/stranger.js';
import { canOperate, loadRedis, operatorOf, valuesOf, type Operator } from '../helpers/ucloud-operator.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const able = (await canRunMachines()) && canOperate;

/** What a stranger is told: the status, or that nothing listens. */
async function asStranger(url: string): Promise<number | 'closed'> {
  return askAsStranger(url, { timeoutMs: 3000 }).then(
    ({ status }) => status,
    () => 'closed',
  );
}

interface Shown {
  readonly nodes: readonly { readonly name: string; readonly address: string; readonly agents: readonly { readonly state: string }[] }[];
  readonly security?: { readonly profile: string };
}

/** Public and private address of each host, all of whose agents run. */
async function hostsOf({ must }: Operator): Promise<Map<string, { readonly open: string; readonly inside: string }>> {
  const { nodes, security } = (await must('status', '--json')).json<Shown>();
  expect(security).toMatchObject({ profile: 'secure' });
  expect(nodes.filter(({ agents }) => agents.some(({ state }) => state !== 'running'))).toEqual([]);
  return new Map(
    nodes.map(({ name, address }) => {
      const [, open = '', inside = ''] = /^(\S+) \((\S+)\)$/.exec(address) ?? [];
      return [name, { open, inside }];
    }),
  );
}

test.skipIf(!able)('a secured cluster on UCloud, from nothing and back to nothing', { timeout: 1_500_000 }, async () => {
  const cloud = await machinesCloud({ timeScale: 20 });
  const search = searchForSecrets([]);
  const me = await operatorOf(cloud.credentials);
  const root = join(me.home, 'mirror');
  await me.must('mirror', 'build', '--to', root);
  const server = await serveFiles({ root, host: '0.0.0.0', port: 0 });
  onTestFinished(() => server.close());
  const address = `http://${ownAddress()}:${server.port}`;
  const [managementCidr = '', clientsCidr = ''] = freeSubnets(2);
  await me.must(
    ...['init', 'prod', '--target', 'ucloud', '--yes', '--base-url', cloud.url, '--project-id', cloud.credentials.projectId],
    ...['--profile', 'secure', '--allow-ip', '127.0.0.0/8', '--file-server', address],
    ...['--management-cidr', managementCidr, '--clients-cidr', clientsCidr],
    ...['--consul-servers', '1', '--nomad-servers', '1', '--clients', '1'],
  );
  await me.must('use', 'prod');
  await me.must('build-images');

  // Killed wherever it hurts, the same command goes on with the same secrets.
  let first: Record<string, string> | undefined;
  for (const step of ['set-up-hosts', 'set-up-consul-acl']) {
    expect((await me.run(['up'], `SIGKILL step ${step}`)).code, step).toBe(137);
    first ??= me.secrets();
    expect(me.secrets()).toEqual(first);
  }
  me.connections();
  await me.must('up');
  expect(me.secrets()).toEqual(first);
  for (const value of valuesOf(me)) search.add(value);
  // Every host has what it needs from the run before.
  expect(me.connections()).toEqual([]);
  const again = await me.must('up', '--json');
  expect([again.json()['stepsRun'], again.stderr]).toEqual([0, expect.any(String)]);

  // Another host comes, by one connection to it alone.
  await me.must('config', 'set', 'clients', '2');
  await me.must('up');
  const connected = me.connections();
  expect(connected.filter((line) => !line.includes(' client-2 '))).toEqual([]);
  // Those that failed came before it had booted.
  expect(connected.filter((line) => line.startsWith('0 '))).toHaveLength(1);
  for (const value of valuesOf(me)) search.add(value);

  const hosts = await hostsOf(me);
  expect([...hosts.keys()]).toEqual(['consul-server-1', 'nomad-server-1', 'client-1', 'client-2']);
  await expectClosed(me, hosts);

  const keys = await Promise.all([...hosts.keys()].map(async (host) => keyOf(await containerOf(cloud, await idOf(cloud, host)))));
  for (const key of keys) search.add(key);

  // What runs on it runs as it does elsewhere.
  const variables = await loadRedis(me, engine!, ['client-1', 'client-2'], { root, address });
  await me.must('job', 'deploy', 'redis', ...variables);
  await me.must('job', 'verify', 'redis');
  await expectMesh(me);

  // One that is made anew is another host, with the same place in the cluster.
  await me.must('up', '--replace-host', 'client-2');
  expect((await hostsOf(me)).get('client-2')?.inside).not.toBe(hosts.get('client-2')?.inside);
  expect(me.secrets()).toMatchObject(first ?? {});

  const refused = await me.run(['up', '--profile', 'plain']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('was made with profile secure, and cannot have profile plain'),
  ]);

  // Nobody was told what is secret but whom it is for.
  const created = cloud.requests.list({ after: 0 }).filter(({ action }) => action === 'CreateUHostInstance');
  const userData = created.map(({ params }) => Buffer.from(params['UserData'] ?? '', 'base64').toString());
  expect(userData.filter((script) => script.includes('authorized_keys')).length).toBeGreaterThanOrEqual(4);
  expect(userData.filter(search.isIn)).toEqual([]);
  expect(me.said.filter(search.isIn)).toEqual([]);
  expect(search.commandLines()).toEqual([]);
  expect(search.saw(/consul agent -config-dir=\/etc\/consul\.d/)).toBe(true);
  expect(await search.files(me.home, [/^clusters\/prod\/secrets\.json$/])).toEqual([]);

  await me.must('down', '--yes');
  expect(Object.keys(me.secrets()).filter((name) => /token|gossip|authority/i.test(name))).toEqual([]);
  expect(['ca.pem', 'hosts', 'agents'].filter((name) => existsSync(join(me.cluster, name)))).toEqual([]);
});

async function idOf(cloud: Awaited<ReturnType<typeof machinesCloud>>, host: string): Promise<string> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  return (UHostSet as { Name: string; UHostId: string }[]).find(({ Name }) => Name === `prod-${host}`)?.UHostId ?? '';
}

/** A line of the private key that a host made. */
async function keyOf(container: string): Promise<string> {
  const { output } = await execIn(container, 'cat', '/var/lib/nomadctl/node-key.pem');
  const line = output.split('\n')[1] ?? '';
  expect(line.length).toBeGreaterThan(40);
  return line;
}

/** From outside, and from another host. */
async function expectClosed({ must }: Operator, hosts: Awaited<ReturnType<typeof hostsOf>>): Promise<void> {
  const at = (name: string) => hosts.get(name) ?? { open: '', inside: '' };
  expect(await asStranger(`https://${at('consul-server-1').open}:8501/v1/agent/self`)).toBe(403);
  expect(await asStranger(`https://${at('consul-server-1').open}:8501/v1/kv/any`)).toBe(403);
  expect(await asStranger(`https://${at('nomad-server-1').open}:4646/v1/jobs`)).toBe(403);
  const plain = [8500, 8502, 8300, 8301, 4647, 4648];
  const looks = [...hosts.values()].flatMap(({ open }) =>
    plain.map(async (port) => ((await isOpen(open, port)) ? [`${open}:${port}`] : [])),
  );
  expect((await Promise.all(looks)).flat()).toEqual([]);
  const ask = async (url: string): Promise<string> =>
    (await must('exec', 'client-2', '--', 'curl', '-sk', '-m', '3', '-o', '/dev/null', '-w', '%{http_code}', url)).stdout.trim();
  for (const { inside } of hosts.values()) {
    expect(await ask(`https://${inside}:8501/v1/agent/self`)).toBe('403');
  }
  expect(await ask(`https://${at('nomad-server-1').inside}:4646/v1/jobs`)).toBe('403');
  expect(await ask(`https://${at('client-1').inside}:4646/v1/nodes`)).toBe('403');
}

/** Redis' place in the mesh takes nobody from another host who has no certificate of the mesh. */
async function expectMesh({ must, run }: Operator): Promise<void> {
  const allocations = JSON.parse((await must('exec', 'nomad', 'job', 'allocs', '-json', 'redis')).stdout) as Allocation[];
  const { ID = '', NodeName } =
    allocations.find(({ TaskGroup, ClientStatus }) => TaskGroup === 'redis' && ClientStatus === 'running') ?? {};
  const { AllocatedResources } = JSON.parse((await must('exec', 'nomad', 'alloc', 'status', '-json', ID)).stdout) as AllocatedPorts;
  const { HostIP, Value } = AllocatedResources.Shared.Ports.find(({ Label }) => Label === 'proxy') ?? {};
  const elsewhere = NodeName === 'client-1' ? 'client-2' : 'client-1';
  const fromThere = async (command: string): Promise<string> => {
    const { stdout, stderr } = await run(['exec', elsewhere, '--', 'bash', '-c', command]);
    return stdout + stderr;
  };
  const plain = await fromThere(`exec 3<>/dev/tcp/${HostIP}/${Value} && echo connected && printf 'PING\\r\\n' >&3 && timeout 3 cat <&3`);
  expect(plain).toContain('connected');
  expect(plain).not.toContain('PONG');
  const tls = await fromThere(`printf 'PING\\r\\n' | timeout 5 openssl s_client -connect ${HostIP}:${Value} -ign_eof 2>&1`);
  expect(tls).toMatch(/alert (bad certificate|certificate required)/);
  expect(tls).not.toContain('PONG');
}

interface Allocation {
  readonly ID: string;
  readonly NodeName: string;
  readonly TaskGroup: string;
  readonly ClientStatus: string;
}

interface AllocatedPorts {
  readonly AllocatedResources: {
    readonly Shared: { readonly Ports: readonly { readonly Label: string; readonly HostIP: string; readonly Value: number }[] };
  };
}
