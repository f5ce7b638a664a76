import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { SECURED_PORTS } from '../../src/cluster/agent-ports.js';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { dockerEngine, freeSubnets } from '../helpers/docker-engine.js';
import type { EmulatedCloud } from '../helpers/emulated-cloud.js';
import { blockOf, linesOf, wordsOf } from '../helpers/guide-blocks.js';
import { canRunMachines, containerOf, execIn, instanceOf, leftovers, machinesCloud, ssh } from '../helpers/machines-cloud.js';
import { ownAddress } from '../helpers/own-address.js';
import { importPrograms } from '../helpers/programs-image.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, type CliResult } from '../helpers/run-cli.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { tempHome } from '../helpers/temp-home.js';
import { terraformEnv } from '../helpers/terraform-home.js';
import { clusterHosts, strangersNetwork, wallsOf } from '../helpers/walls.js';
import { findUcloudTerraform } from '../helpers/terraform-provider.js';
import { startTerminal } from '../helpers/terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin/nomadctl.js');
const engine = await dockerEngine();
afterAll(() => engine?.close());
const programs = findUcloudTerraform();
const tools = ['packer', 'consul', 'nomad', 'tmux'].map(requireTool);
const redis = ['redis-server', 'redis-cli', 'sh', 'tail', 'sleep'].map(requireTool);
const able = (await canRunMachines()) && programs && [...tools, ...redis].every((path) => path !== undefined);

interface Operator {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  must(words: readonly string[], timeoutMs?: number): Promise<CliResult>;
}

async function operator(): Promise<Operator> {
  const home = await tempHome();
  const { PATH = '', ...terraform } = await terraformEnv(programs!);
  const env = {
    ...terraform,
    HOME: home,
    PATH: [dirname(tools[0] ?? ''), PATH].join(delimiter),
    NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9',
    CHECKPOINT_DISABLE: '1',
  };
  return {
    home,
    env,
    async must(words, timeoutMs = 600_000) {
      const result = await runCli(words, { home, env, timeoutMs });
      expect([words.join(' '), result.code, result.code === 0 ? '' : result.stderr.slice(-4000)]).toEqual([words.join(' '), 0, '']);
      return result;
    },
  };
}

/** As a person would: keys are typed, and what is offered is taken. */
async function initByHand({ home, env }: Operator, cloud: EmulatedCloud, flags: readonly string[]): Promise<void> {
  const argv = [process.execPath, bin, 'init', 'prod', '--base-url', cloud.url, ...flags];
  const terminal = await startTerminal({ argv, env: { ...env, NOMADCTL_HOME: home }, columns: 110, rows: 45 });
  const answer = async (question: RegExp, ...keys: string[]): Promise<void> => {
    await terminal.waitFor(question, 30_000);
    await terminal.press(...keys, 'Enter');
  };
  await answer(/Where should the cluster live\?/, 'Down');
  for (const [question, key] of [
    [/Public key/, cloud.credentials.publicKey],
    [/Private key/, cloud.credentials.privateKey],
  ] as const) {
    await terminal.waitFor(question);
    await terminal.type(key);
    await terminal.waitFor(/\*{4,}\s*$/);
    await terminal.press('Enter');
  }
  await answer(/Region\s+❯/);
  await answer(/Zones[^]*◉/);
  await answer(/Base image\s+❯ Debian 12/);
  await answer(/Who may reach the cluster\?/);
  await answer(/Size\s+❯/);
  await answer(/Paid\s+❯ by the hour/);
  await terminal.waitFor(/Next:\s+.*nomadctl(\.js)? build-images --cluster prod/);
  expect(await terminal.exitCode()).toBe(0);
}

/** An image of redis that no registry has, on every client, by the guide's line with another image: what `docker load` is for in closed networks. */
async function loadRedis({ home, env }: Operator): Promise<string[]> {
  const [registry, image] = ['nomadctl.test', `redis:${randomBytes(4).toString('hex')}`];
  await importPrograms(engine!, redis as string[], `${registry}/${image}`);
  onTestFinished(async () => void (await engine!.call({ method: 'DELETE', path: `/images/${registry}/${image}`, query: { force: true } })));
  const [line = ''] = linesOf(blockOf('docs/guide/closed-networks.md', 'sh', 'docker save'));
  const load = (client: string): string =>
    line
      .replace('nomadctl exec client-1', `'${process.execPath}' '${bin}' exec ${client}`)
      .replace('redis:7.2.5-alpine', `${registry}/${image}`);
  // docker is the engine's that the tests have, wherever that listens.
  const surroundings = { ...env, NOMADCTL_HOME: home, DOCKER_HOST: process.env['DOCKER_HOST'] };
  await Promise.all(['client-1', 'client-2'].map((client) => shell('bash', ['-o', 'pipefail', '-c', load(client)], { env: surroundings })));
  return Object.entries({ registry, redis_image: image, web_image: image }).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
}

test.skipIf(!able)('from nothing to a cluster on UCloud, and back to nothing', { timeout: 1_500_000 }, async () => {
  const cloud = await machinesCloud({ timeScale: 20 });
  const secrets = searchForSecrets([cloud.credentials.privateKey]);
  const me = await operator();
  const mirror = join(me.home, 'mirror');
  const server = await serveFiles({ root: mirror, host: '0.0.0.0', port: 0 });
  onTestFinished(() => server.close());
  const address = `http://${ownAddress()}:${server.port}`;
  const [managementCidr = '', clientsCidr = '', strangersRange = ''] = freeSubnets(3);

  const networks = ['--management-cidr', managementCidr, '--clients-cidr', clientsCidr];
  await Promise.all([
    me.must(['mirror', 'build', '--to', mirror]),
    initByHand(me, cloud, ['--clients', '2', '--file-server', address, ...networks]),
  ]);
  const [init, build, up, deploy, down] = readmeChapter();
  const [upProd, plan, grow, networkAlone, replace, replaceOne] = bringingUp();
  expect(init).toEqual(['init', 'prod', '&&', 'nomadctl', 'use', 'prod']);
  await me.must(['use', 'prod']);
  await me.must(build);
  await resize(me, 1, up);
  expect(await rootPasswords(cloud)).toEqual(Array(4).fill('root:*'));
  const guide = readFileSync(join(root, 'docs/guide/ucloud.md'), 'utf8').replace(/ +/g, ' ');
  const strangers = await strangersNetwork(cloud, strangersRange);
  const walls = await wallsOf(cloud, SECURED_PORTS, strangers);
  expect(guide.split('\n').filter((line) => /^\| \d/.test(line))).toEqual(walls);
  const variables = await loadRedis(me);
  const deployed = (await me.must([...deploy, ...variables, '--json'])).json<Deployed>();
  expect(deployed.outcome).toBe('healthy');
  expect(deployed.allocations.map(({ node }) => node).sort()).toEqual(['client-1', 'client-2']);
  const allocations = await redisAllocations(me);

  for (const setting of SERVERS) await me.must(['config', 'set', setting, '3']);
  expect((await me.must(plan)).stdout).toMatch(/4 to add|steps would run/);
  const grown = await me.must([...upProd, '--json']);
  expect(grown.json()).toMatchObject({ cluster: 'prod', nomad: expect.stringMatching(/^https:\/\/127\./) as string });
  expect((await me.must(['up', '--json'])).json()).toMatchObject({ stepsRun: 0 });

  const status = (await me.must(['status', '--json'])).json<Status>();
  expect(status.consulMembers).toHaveLength(8);
  expect(status.nomadServers.map(({ status: state }) => state)).toEqual(['alive', 'alive', 'alive']);
  expect(status.nomadClients.map(({ status: state, drivers }) => [state, drivers.includes('docker')])).toEqual([
    ['ready', true],
    ['ready', true],
  ]);
  expect(await redisAllocations(me)).toEqual(allocations);

  const failover = await me.must(FAILOVER);
  expect(failover.stdout).toMatch(/same\s+REDIS_PORT/);

  const afterwards = await redisAllocations(me);
  await lead(me, 'nomad-server-3');
  await resize(me, 1);
  expect((await me.must(['status', '--json'])).json()).toMatchObject({ consulLeader: 'consul-server-1', nomadLeader: 'nomad-server-1' });
  expect(await redisAllocations(me)).toEqual(afterwards);

  await everydayBlock(me);
  await closedToOthers(me, cloud);
  await me.must(networkAlone);
  await replaceHosts(me, cloud, { grow, replace, replaceOne });

  await me.must([...down, '--yes']);
  await strangers.remove();
  const { resources } = (await cloud.control('GET', '/resources')).body as { resources: Record<string, number> };
  expect(resources).toMatchObject({ host: 0, disk: 0, eip: 0, image: 0, peering: 0, isolationGroup: 0, vpc: 1, subnet: 1, firewall: 2 });
  expect(await containersOf(cloud)).toEqual([]);
  expect(secrets.commandLines()).toEqual([]);
  expect(await secrets.files(me.home, [/secrets\.json$/])).toEqual([]);
});

type Words = readonly string[];

const FAILOVER: Words = ['job', 'verify', 'redis', '--failover=node'];

/** The commands of README's chapter on UCloud, whose questions are answered at a terminal; a line each, without its comment. */
function readmeChapter(): readonly [Words, Words, Words, Words, Words] {
  const lines = linesOf(blockOf('README.md', 'sh', 'nomadctl init prod && nomadctl use prod'));
  const guide = linesOf(blockOf('docs/guide/ucloud.md', 'sh', 'asks for keys, region, images'));
  expect(lines).toEqual(guide.map((line) => line.replace(/^nomadctl init prod$/, '$& && nomadctl use prod')));
  return lines.map((line) => line.split(' ').slice(1)) as unknown as readonly [Words, Words, Words, Words, Words];
}

/** The guide's lines on bringing a cluster up, each for its place in the cluster's life: `up` alone, `--plan`, more clients, and so on. */
function bringingUp(): readonly [Words, Words, Words, Words, Words, Words] {
  const lines = wordsOf(blockOf('docs/guide/ucloud.md', 'sh', 'nomadctl up prod --until apply-network'));
  expect(lines.map(([, , flag = '']) => flag)).toEqual(['', '--plan', '--clients', '--until', '--replace', '--replace-host']);
  return lines as unknown as readonly [Words, Words, Words, Words, Words, Words];
}

/** The guide's block on a cluster that is up, but for its last line, which the test has run: a log that is followed is ended after a while. */
async function everydayBlock({ home, env }: Operator): Promise<void> {
  const lines = wordsOf(blockOf('docs/guide/ucloud.md', 'sh', 'nomadctl status prod'));
  expect(lines.at(-1)).toEqual(FAILOVER);
  for (const words of lines.slice(0, -1)) {
    const follows = words.at(-1) === '-f';
    const as = follows ? { as: ['timeout', '--signal', 'INT', '5'] } : {};
    const { code, stdout, stderr } = await runCli(words, { home, env, ...as });
    expect([words.join(' '), follows ? [124, 130].includes(code) : code === 0, stdout === '' ? stderr : '']).toEqual([
      words.join(' '),
      true,
      '',
    ]);
  }
}

const shell = promisify(execFile);

/** As ssh's own user does, with the file that nomadctl writes: what changes addresses has written it anew. */
async function sshWithFile({ home }: Operator, host: string, ...command: readonly string[]): Promise<string> {
  const file = join(home, 'clusters', 'prod', 'ssh', 'config');
  return (await shell('ssh', ['-F', file, '-o', 'BatchMode=yes', host, ...command], { env: { PATH: process.env['PATH'], HOME: home } }))
    .stdout;
}

/** Redis is its own host's alone, its proxy everybody's in the mesh; hosts take keys, and no password, not even the right one. */
async function closedToOthers(me: Operator, cloud: EmulatedCloud): Promise<void> {
  const { must, home } = me;
  const [id = ''] = (await allocationsOf(me, 'redis')).filter(({ TaskGroup }) => TaskGroup === 'redis').map(({ ID }) => ID);
  const allocation = JSON.parse((await must(['exec', 'nomad', 'alloc', 'status', '-json', id])).stdout) as {
    readonly NodeName: string;
    readonly AllocatedResources: { readonly Shared: { readonly Ports: readonly { readonly Label: string; readonly Value: number }[] } };
  };
  const port = (label: string): number => allocation.AllocatedResources.Shared.Ports.find(({ Label }) => Label === label)?.Value ?? 0;
  const own = allocation.NodeName;
  const other = own === 'client-1' ? 'client-2' : 'client-1';
  // Of the addresses that the host itself tells, docker's bridge may be the first.
  const address = (await clusterHosts(cloud)).get(own)?.privateIp ?? '';
  const tries = async (from: string, place: string): Promise<string> => {
    const probe = `timeout 5 bash -c 'exec 3<>/dev/tcp/${place}' 2>/dev/null && echo open || echo closed`;
    return (await must(['exec', from, '--', 'sh', '-c', probe])).stdout.trim();
  };
  expect({
    redisHere: await tries(own, `127.0.0.1/${port('redis')}`),
    redisByAddress: await tries(own, `${address}/${port('redis')}`),
    redisFromAnotherHost: await tries(other, `${address}/${port('redis')}`),
    proxyFromAnotherHost: await tries(other, `${address}/${port('proxy')}`),
  }).toEqual({ redisHere: 'open', redisByAddress: 'closed', redisFromAnotherHost: 'closed', proxyFromAnotherHost: 'open' });

  const config = readFileSync(join(home, 'clusters', 'prod', 'ssh', 'config'), 'utf8');
  for (const host of ['client-1', 'nomad-server-1']) {
    const address = new RegExp(`^Host ${host}\\b[^]*?HostName (\\S+)`, 'm').exec(config)?.[1] ?? '';
    // Nobody knows root's by now; sshd does not even ask for one.
    await expect(ssh(address, 'true')).rejects.toMatchObject({
      stderr: expect.stringMatching(/Permission denied \(publickey\)/) as string,
    });
    expect(await sshWithFile(me, host, 'echo', 'opened')).toBe('opened\n');
  }
}

type Replacing = Readonly<Record<'grow' | 'replace' | 'replaceOne', Words>>;

/** One host for its own sake under a job that runs; more clients, of another size; then all that have the old size, and no other. */
async function replaceHosts(me: Operator, cloud: EmulatedCloud, { grow, replace, replaceOne }: Replacing): Promise<void> {
  const first = await hostsByName(cloud);
  await me.must(replaceOne);
  const second = await hostsByName(cloud);
  expect(changedBetween(first, second)).toEqual(['prod-client-2']);
  expect(await sshWithFile(me, 'client-2', 'hostname')).toMatch(/client-2/);
  expect((await allocationsOf(me, 'redis')).map(({ NodeName }) => NodeName)).toEqual(['client-1', 'client-1']);
  await me.must(['job', 'verify', 'redis']);
  await me.must(['job', 'stop', 'redis']);

  await me.must(['config', 'set', 'clientType', 'o-basic-2']);
  const { stdout, stderr } = await me.must(grow);
  expect(stdout + stderr).toMatch(/client-1 \(is o-standard-4\), client-2 \(is o-standard-4\)[^]*up prod --replace/);
  const grown = await hostsByName(cloud);
  expect(changedBetween(second, grown)).toEqual(['prod-client-3', 'prod-client-4', 'prod-client-5']);
  await me.must(replace);
  expect(changedBetween(grown, await hostsByName(cloud))).toEqual(['prod-client-1', 'prod-client-2']);
  expect((await me.must([...replace, '--json'])).json()).toMatchObject({ stepsRun: 0 });
  for (const host of ['client-1', 'client-5']) expect(await sshWithFile(me, host, 'hostname')).toContain(host);
  const { nomadClients } = (await me.must(['status', '--json'])).json<Status>();
  expect(nomadClients.filter(({ status }) => status === 'ready')).toHaveLength(5);
}

async function hostsByName(cloud: EmulatedCloud): Promise<ReadonlyMap<string, string>> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  return new Map((UHostSet as { Name: string; UHostId: string }[]).map(({ Name, UHostId }) => [Name, UHostId]));
}

function changedBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  expect([...before.keys()].filter((name) => !after.has(name))).toEqual([]);
  return [...after]
    .filter(([name, id]) => before.get(name) !== id)
    .map(([name]) => name)
    .sort();
}

const SERVERS = ['consulServers', 'nomadServers'];

/** What /etc/shadow says of root, on each host. */
async function rootPasswords(cloud: EmulatedCloud): Promise<string[]> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Tag: 'nomadctl-prod', Limit: 100 });
  const shadows = UHostSet.map(async ({ UHostId }: { UHostId: string }) => {
    const { output } = await execIn(await containerOf(cloud, UHostId), 'getent', 'shadow', 'root');
    return output.split(':').slice(0, 2).join(':');
  });
  return Promise.all(shadows);
}

/** Another number of servers, of both kinds, under a job that runs. */
async function resize({ must }: Operator, servers: number, up: readonly string[] = ['up']): Promise<CliResult> {
  for (const setting of SERVERS) await must(['config', 'set', setting, String(servers)]);
  return must([...up, '--json']);
}

/** Those that run and shall: a job that was left alone has the same ones afterwards. */
async function redisAllocations({ must }: Pick<Operator, 'must'>): Promise<string[]> {
  return (await allocationsOf({ must }, 'redis')).map(({ ID }) => ID).sort();
}

interface Allocation {
  readonly ID: string;
  readonly TaskGroup: string;
  readonly NodeName: string;
  readonly ClientStatus: string;
  readonly DesiredStatus: string;
}

async function allocationsOf({ must }: Pick<Operator, 'must'>, job: string): Promise<Allocation[]> {
  const { stdout } = await must(['exec', 'nomad', 'job', 'allocs', '-json', job]);
  const allocations = JSON.parse(stdout) as Allocation[];
  return allocations.filter(({ ClientStatus, DesiredStatus }) => `${ClientStatus} ${DesiredStatus}` === 'running run');
}

/** The hardest to take away. */
async function lead({ must }: Operator, server: string): Promise<void> {
  const { stdout } = await must(['exec', 'nomad', 'operator', 'raft', 'list-peers']);
  const id = new RegExp(`^${server}\\S*\\s+(\\S+)`, 'm').exec(stdout)?.[1] ?? '';
  await must(['exec', 'nomad', 'operator', 'raft', 'transfer-leadership', '-peer-id', id]);
}

interface Status {
  readonly consulMembers: readonly unknown[];
  readonly nomadServers: readonly { readonly status: string }[];
  readonly nomadClients: readonly { readonly status: string; readonly drivers: readonly string[] }[];
}

interface Deployed {
  readonly outcome: string;
  readonly allocations: readonly { readonly node: string }[];
}

async function containersOf(cloud: EmulatedCloud): Promise<string[]> {
  return (await leftovers(await instanceOf(cloud))).filter((line) => line.startsWith('container'));
}
