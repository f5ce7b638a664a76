import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_PORTS } from '../../src/cluster/agent-ports.js';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { dockerEngine, freeSubnets } from '../helpers/docker-engine.js';
import type { EmulatedCloud } from '../helpers/emulated-cloud.js';
import { canRunMachines, containerOf, execIn, instanceOf, leftovers, machinesCloud } from '../helpers/machines-cloud.js';
import { ownAddress } from '../helpers/own-address.js';
import { importPrograms } from '../helpers/programs-image.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, type CliResult } from '../helpers/run-cli.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { tempHome } from '../helpers/temp-home.js';
import { terraformEnv } from '../helpers/terraform-home.js';
import { wallsOf } from '../helpers/walls.js';
import { findUcloudTerraform } from '../helpers/terraform-provider.js';
import { startTerminal } from '../helpers/terminal.js';

const bin = fileURLToPath(new URL('../../bin/nomadctl.js', import.meta.url));
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

/** An image of redis that no registry has, on every client: what `docker load` is for in closed networks. */
async function loadRedis({ must }: Operator, { root, address }: { readonly root: string; readonly address: string }): Promise<string[]> {
  const [registry, image] = ['nomadctl.test', `redis:${randomBytes(4).toString('hex')}`];
  await importPrograms(engine!, redis as string[], `${registry}/${image}`);
  onTestFinished(async () => void (await engine!.call({ method: 'DELETE', path: `/images/${registry}/${image}`, query: { force: true } })));
  await saveImage(`${registry}/${image}`, join(root, 'redis.tar'));
  for (const client of ['client-1', 'client-2'])
    await must(['exec', client, '--', 'sh', '-c', `curl -sSf ${address}/redis.tar | docker load`]);
  return Object.entries({ registry, redis_image: image, web_image: image }).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
}

async function saveImage(image: string, file: string): Promise<void> {
  await promisify(execFile)('docker', ['save', '--output', file, image]);
}

test.skipIf(!able)('from nothing to a cluster on UCloud, and back to nothing', { timeout: 1_500_000 }, async () => {
  const cloud = await machinesCloud({ timeScale: 20 });
  const secrets = searchForSecrets([cloud.credentials.privateKey]);
  const me = await operator();
  const root = join(me.home, 'mirror');
  await me.must(['mirror', 'build', '--to', root]);
  const server = await serveFiles({ root, host: '0.0.0.0', port: 0 });
  onTestFinished(() => server.close());
  const address = `http://${ownAddress()}:${server.port}`;
  const [managementCidr = '', clientsCidr = ''] = freeSubnets(2);

  await initByHand(me, cloud, [
    '--clients',
    '2',
    '--file-server',
    address,
    '--management-cidr',
    managementCidr,
    '--clients-cidr',
    clientsCidr,
  ]);
  await me.must(['use', 'prod']);
  await me.must(['build-images']);
  await resize(me, 1);
  expect(await rootPasswords(cloud)).toEqual(Array(4).fill('root:*'));
  const guide = (await readFile(new URL('../../docs/guide/ucloud.md', import.meta.url), 'utf8')).replace(/ +/g, ' ');
  for (const line of await wallsOf(cloud, DEFAULT_PORTS)) expect(guide.split('\n')).toContain(line);
  const variables = await loadRedis(me, { root, address });
  const deployed = (await me.must(['job', 'deploy', 'redis', ...variables, '--json'])).json<Deployed>();
  expect(deployed.outcome).toBe('healthy');
  expect(deployed.allocations.map(({ node }) => node).sort()).toEqual(['client-1', 'client-2']);
  const allocations = await redisAllocations(me);

  const up = await resize(me, 3);
  expect(up.json()).toMatchObject({ cluster: 'prod', nomad: expect.stringMatching(/^http:\/\/127\./) as string });
  expect((await me.must(['up', '--json'])).json()).toMatchObject({ stepsRun: 0 });

  const status = (await me.must(['status', '--json'])).json<Status>();
  expect(status.consulMembers).toHaveLength(8);
  expect(status.nomadServers.map(({ status: state }) => state)).toEqual(['alive', 'alive', 'alive']);
  expect(status.nomadClients.map(({ status: state, drivers }) => [state, drivers.includes('docker')])).toEqual([
    ['ready', true],
    ['ready', true],
  ]);
  expect(await redisAllocations(me)).toEqual(allocations);

  const failover = await me.must(['job', 'verify', 'redis', '--failover=node']);
  expect(failover.stdout).toMatch(/same\s+REDIS_PORT/);

  const afterwards = await redisAllocations(me);
  await lead(me, 'nomad-server-3');
  await resize(me, 1);
  expect((await me.must(['status', '--json'])).json()).toMatchObject({ consulLeader: 'consul-server-1', nomadLeader: 'nomad-server-1' });
  expect(await redisAllocations(me)).toEqual(afterwards);

  await me.must(['down', '--wait-network', '--prune', '--yes']);
  const { resources } = (await cloud.control('GET', '/resources')).body as { resources: Record<string, number> };
  expect(resources).toMatchObject({ host: 0, disk: 0, eip: 0, image: 0, peering: 0, isolationGroup: 0, vpc: 1, subnet: 1, firewall: 2 });
  expect(await containersOf(cloud)).toEqual([]);
  expect(secrets.commandLines()).toEqual([]);
  expect(await secrets.files(me.home, [/secrets\.json$/])).toEqual([]);
});

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
async function resize({ must }: Operator, servers: number): Promise<CliResult> {
  for (const setting of ['consulServers', 'nomadServers']) await must(['config', 'set', setting, String(servers)]);
  return must(['up', '--json']);
}

/** Those that run and shall: a job that was left alone has the same ones afterwards. */
async function redisAllocations({ must }: Operator): Promise<string[]> {
  const { stdout } = await must(['exec', 'nomad', 'job', 'allocs', '-json', 'redis']);
  const allocations = JSON.parse(stdout) as { ID: string; ClientStatus: string; DesiredStatus: string }[];
  return allocations
    .flatMap(({ ID, ClientStatus, DesiredStatus }) => (`${ClientStatus} ${DesiredStatus}` === 'running run' ? [ID] : []))
    .sort();
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
