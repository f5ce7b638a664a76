import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { dockerEngine } from '../helpers/docker-engine.js';
import type { EmulatedCloud } from '../helpers/emulated-cloud.js';
import { blockOf, linesOf, wordsOf } from '../helpers/guide-blocks.js';
import { imagedCluster } from '../helpers/imaged-cluster.js';
import { containerOf, canRunMachines, execIn, inspectContainer } from '../helpers/machines-cloud.js';
import { expectSecretsKept, hostsOf, idOf, robber, strangersTold, type Hosts } from '../helpers/secured-hosts.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { CONSUL_AGENT, CONSUL_API, CONSUL_SERVER, nobody, NOMAD_API, NOMAD_SERVER, PLAIN_PORTS } from '../helpers/strangers-answers.js';
import { atTheDoor, expectExposed, expectRenewed } from '../helpers/exposed-life.js';
import { expectMarked, expectVolume, markVolume } from '../helpers/volume-life.js';
import { canOperate, loadRedis, valuesOf, type Operator } from '../helpers/ucloud-operator.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const able = (await canRunMachines()) && canOperate;

test.skipIf(!able)('a secured cluster on UCloud, from nothing and back to nothing', { timeout: 1_500_000 }, async () => {
  const search = searchForSecrets([]);
  const { cloud, me, mirror } = await imagedCluster({ clients: 1 });

  // Killed wherever it hurts, the same command goes on with the same secrets.
  let first: Record<string, string> | undefined;
  const thief = await robber(cloud);
  for (const step of ['set-up-hosts', 'set-up-consul-acl']) {
    expect((await me.run(['up'], `SIGKILL step ${step}`)).code, step).toBe(137);
    first ??= me.secrets();
    expect(me.secrets()).toEqual(first);
  }
  me.connections();
  await me.must('up');
  expect(me.secrets()).toEqual(first);
  // Whoever asked for the first tokens all the while has none.
  expect(await thief.end()).toEqual(['consul 403', 'nomad 400']);
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
  await expectStrangers(cloud, hosts);

  const keys = await Promise.all([...hosts.keys()].map(async (host) => keyOf(await containerOf(cloud, await idOf(cloud, host)))));
  for (const key of keys) search.add(key);

  // What runs on it runs as it does elsewhere.
  const variables = await loadRedis(me, engine!, ['client-1', 'client-2'], mirror);
  await me.must('job', 'deploy', 'redis', ...variables);
  await me.must('job', 'verify', 'redis');
  await expectMesh(me);
  await expectNames(me, hosts);
  await everyCommand(me, variables);

  await expectExposed(me, cloud, linesOf(blockOf('docs/guide/ucloud.md', 'sh', 'nomadctl job expose hello')));

  // One that is made anew is another host, with the same place in the cluster, and what it had on its volume.
  await expectVolume(me);
  await markVolume(me, 'client-2');
  await me.must('up', '--replace-host', 'client-2');
  await expectMarked(me, 'client-2');
  await expectRenewed(me);
  expect((await hostsOf(me)).get('client-2')?.inside).not.toBe(hosts.get('client-2')?.inside);
  expect(me.secrets()).toMatchObject(first ?? {});

  await expectGossip(me, hosts);
  await expectDockerTls(cloud, me, hosts);
  await expectOverlay(me);

  const refused = await me.run(['up', '--profile', 'poc', '--accept-insecure']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is secured, and cannot have profile poc')]);

  await expectSecretsKept(me, cloud, { search, hosts: 4 });

  await me.must('down', '--yes');
  expect(await atTheDoor(cloud)).toEqual([]);
  expect(Object.keys(me.secrets()).filter((name) => /token|gossip|authority/i.test(name))).toEqual([]);
  expect(['ca.pem', 'hosts', 'agents'].filter((name) => existsSync(join(me.cluster, name)))).toEqual([]);
});

/** Each as on a plain cluster, and none of what they say is about tokens. */
async function everyCommand({ must, run, home }: Operator, variables: readonly string[]): Promise<void> {
  const commands: readonly (readonly string[])[] = [
    ['status'],
    ['list'],
    ['history'],
    ['job', 'list'],
    ['job', 'status', 'redis'],
    ['job', 'plan', 'redis', ...variables],
    ['job', 'logs', 'redis', '--lines', '5'],
    ['job', 'scale', 'redis', 'web', '2'],
    ['job', 'stop', 'redis'],
    ['job', 'deploy', 'redis', '--via', 'terraform', ...variables],
    ['job', 'verify', 'redis'],
    ['job', 'deploy', 'hello', '--driver', 'exec'],
    ['job', 'verify', 'hello'],
    ['job', 'stop', 'hello', '--purge'],
    ['logs', 'nomad-server-1', '--lines', '3'],
    ['ssh', 'client-1', 'hostname'],
    ['exec', 'nomad', 'node', 'status'],
    ['exec', 'consul', 'members'],
    ['access', 'namespace', 'create', 'team2'],
    ['access', 'namespace', 'list'],
    ['access', 'intention', 'allow', 'web', 'team2-redis'],
    ['access', 'intention', 'list'],
  ];
  for (const words of commands) {
    const { stdout, stderr } = await must(...words);
    // A log has the words of agents, who tell of the strangers of before; access is what tokens are for.
    const said = { logs: stderr, access: '' }[words[0] ?? ''] ?? stdout + stderr;
    expect([words.join(' '), said.split('\n').filter((line) => /token|\b403\b|denied|certificate/i.test(line))]).toEqual([
      words.join(' '),
      [],
    ]);
  }
  const env = (await must('env')).stdout;
  const inShell = async (command: string): Promise<string> => {
    // By standard input: a command line is for everybody to see.
    const shell = promisify(execFile)('sh', ['-s'], { env: { HOME: home, PATH: process.env['PATH'] } });
    shell.child.stdin?.end(`${env}\n${command}\n`);
    return (await shell).stdout;
  };
  expect(await inShell('nomad node status')).toContain('client-1');
  expect(await inShell('consul members')).toContain('client-1');

  const { nomad } = (await must('access', 'token', 'create', 'ann', '--ttl', '1h', '--json')).json<{ nomad: string }>();
  expect((await must('access', 'token', 'list')).stdout).toMatch(/^ann .*read-only/m);
  expect(nomad).toBeTruthy();
  await must('access', 'token', 'revoke', 'ann', '--yes');
  expect((await must('ui', '--print')).stdout).toMatch(/https:\/\/127\./);
  expect((await run(['doctor'])).stdout).not.toMatch(/insecure|profile (plain|poc)/);
}

/** A line of the private key that a host made. */
async function keyOf(container: string): Promise<string> {
  const { output } = await execIn(container, 'cat', '/var/lib/nomadctl/node-key.pem');
  const line = output.split('\n')[1] ?? '';
  expect(line.length).toBeGreaterThan(40);
  return line;
}

async function expectStrangers(cloud: EmulatedCloud, hosts: Hosts): Promise<void> {
  const { outside, inside } = await strangersTold(cloud, hosts, 'client-2');
  const names = [...hosts.keys()];
  expect(Object.fromEntries(names.map((name) => [name, answering(outside[name] ?? {})]))).toEqual({
    'consul-server-1': ['consulHttp'],
    'nomad-server-1': ['nomadHttp, plain', 'nomadHttp'],
    ...{ 'client-1': [], 'client-2': [] },
  });
  expect(outside['consul-server-1']).toMatchObject(CONSUL_API);
  expect(outside['nomad-server-1']).toMatchObject(NOMAD_API);
  const consul = { ...PLAIN_PORTS, ...CONSUL_API, ...CONSUL_AGENT };
  expect(inside['consul-server-1']).toMatchObject({ ...consul, ...CONSUL_SERVER, ...nobody(NOMAD_SERVER) });
  expect(inside['nomad-server-1']).toMatchObject({ ...consul, ...NOMAD_API, ...NOMAD_SERVER, ...nobody(CONSUL_SERVER) });
  expect(inside['client-1']).toMatchObject({ ...consul, ...NOMAD_API, ...nobody({ ...CONSUL_SERVER, ...NOMAD_SERVER }) });
}

/** Names of ports where anybody said anything. */
function answering(heard: Readonly<Record<string, unknown>>): string[] {
  const isSilent = (said: unknown): boolean =>
    typeof said === 'object' && said !== null
      ? Object.values(said).every(isSilent)
      : /^(nobody listens|no way there|E[A-Z]+|0 bytes)$/.test(String(said)) || String(said).includes('ECONNREFUSED');
  return Object.keys(heard).filter((name) => !isSilent(heard[name]));
}

/** On every host, also after DHCP has written resolv.conf anew. */
async function expectNames({ must }: Operator, hosts: Hosts): Promise<void> {
  for (const host of hosts.keys()) {
    const { stdout } = await must('exec', host, '--', 'getent', 'ahostsv4', 'consul.service.consul');
    expect(stdout).toContain(hosts.get('consul-server-1')?.inside);
  }
  const shown = (await must('dns', '--json')).json<{ resolves: { resolves: boolean }[] }>();
  expect(shown.resolves.map(({ resolves }) => resolves)).toEqual([true]);
  const told = 'for i in $(seq 100); do [ $(grep -c nameserver /etc/resolv.conf) = 2 ] && break; sleep 0.2; done; cat /etc/resolv.conf';
  const renewed = `echo nameserver 192.0.2.7 >/etc/resolv.conf; ${told}`;
  const { stdout } = await must('exec', 'client-1', '--', 'sh', '-c', renewed);
  expect(stdout.trim().split('\n')).toEqual([`nameserver ${hosts.get('client-1')?.inside}`, 'nameserver 192.0.2.7']);
}

/** A firewall on a host that eats UDP of a server is named, by the server's own look over SSH, and by doctor's of all hosts. */
async function expectGossip({ must, run }: Operator, hosts: Hosts): Promise<void> {
  const [server, client] = [hosts.get('consul-server-1')?.inside, hosts.get('client-1')?.inside];
  expect((await must('status', '--json')).json()).not.toHaveProperty('unreached');
  const rule = `INPUT -s ${server} -p udp --dport 8301 -j DROP`.split(' ');
  await must('exec', 'client-1', '--', 'iptables', '-I', ...rule);
  const sentence = `client-1 is registered at ${client}, which consul-server-1 (${server}) does not reach on 8301 over UDP`;
  expect((await must('status')).stdout).toContain(`unreached  ${sentence}`);
  expect((await run(['doctor'])).stdout).toContain(`note  ${sentence}`);
  await must('exec', 'client-1', '--', 'iptables', '-D', ...rule);
}

/** A host's engine gets TLS over SSH; its neighbours get in by a client's certificate, and by nothing else. */
async function expectDockerTls(cloud: EmulatedCloud, { must, home }: Operator, hosts: Hosts): Promise<void> {
  await must('docker', 'tls', 'create');
  const lines = wordsOf(blockOf('docs/guide/docker.md', 'sh', 'nomadctl docker tls install client-1'));
  for (const words of lines) await must(...words, '--yes');
  const container = (await inspectContainer(await containerOf(cloud, await idOf(cloud, 'consul-server-1')))) as { State: { Pid: number } };
  const at = `${hosts.get('client-1')?.inside}:2376`;
  const fromNeighbour = async (...words: readonly string[]): Promise<string> =>
    promisify(execFile)('nsenter', ['--target', String(container.State.Pid), '--net', ...words]).then(
      ({ stdout }) => stdout,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
  const own = ['ca', 'cert', 'key'].map((name) => join(home, 'docker/clients/operator', `${name}.pem`));
  const tls = ['--cacert', own[0] ?? ''];
  const client = [...tls, '--cert', own[1] ?? '', '--key', own[2] ?? ''];
  expect(await fromNeighbour('curl', '-sS', ...client, `https://${at}/version`)).toContain('"ApiVersion"');
  expect(await fromNeighbour('curl', '-sS', ...tls, `https://${at}/version`)).toMatch(/alert|certificate/);
  expect(await fromNeighbour('curl', '-sS', `http://${at}/version`)).toContain('Client sent an HTTP request to an HTTPS server');
  const { stdout } = await must('exec', 'client-1', '--', 'systemctl', 'cat', 'docker');
  expect(stdout).toMatch(/nomadctl-tls\.conf[^]*^ExecStart=$[^]*^ExecStart=(?!.*-H )/m);
}

/** Engines of both clients in one network, as the guide says it; and nothing of it afterwards. */
async function expectOverlay({ must, run }: Operator): Promise<void> {
  const said: string[] = [];
  for (const words of wordsOf(blockOf('docs/guide/docker.md', 'sh', 'nomadctl network create shop')))
    said.push((await must(...words)).stdout);
  expect(said.join('\n')).toMatch(/2 ways were tried[^]*^client-2 +client-1 +passes +passes$[^]*^shop +10\.[^]*have left their swarm/m);
  const gone = await run(['network', 'test', 'shop']);
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('none of the hosts manages a swarm')]);
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
