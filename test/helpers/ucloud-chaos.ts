import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../../packages/ucloud-emulator/src/server.js';
import type { ChaosOptions, ChaosResult } from './chaos.js';
import { clientOf, type EmulatedCloud } from './emulated-cloud.js';
import { randomFrom } from './random.js';
import { requireTool } from './require-tool.js';
import { runCli, startCli, type CliResult } from './run-cli.js';
import { findUcloudTerraform, type TerraformPrograms } from './terraform-provider.js';

export interface ChaosPrograms {
  readonly packer: string;
  readonly terraform: TerraformPrograms;
}

/** What it takes, or nothing: the test is then skipped by name. */
export function findChaosPrograms(): ChaosPrograms | undefined {
  const [packer, terraform] = [requireTool('packer'), findUcloudTerraform()];
  return packer === undefined || terraform === undefined ? undefined : { packer, terraform };
}

interface World {
  readonly cloud: EmulatedCloud;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly random: () => number;
  /** How many there were of each kind before anything was made. */
  readonly empty: Readonly<Record<string, number>>;
  /** How long each command takes here, in milliseconds. */
  readonly lasts: Map<string, number>;
  /** Successful creations of each host of the cluster since it was last taken down. */
  readonly creations: Map<string, number>;
  lastRequest: number;
}

interface Command {
  readonly name: 'build' | 'up' | 'down';
  readonly argv: readonly string[];
  problems(world: World): Promise<string[]>;
}

const NAME = 'chaos';
const HOSTS = ['client-1', 'client-2', 'consul-server-1', 'nomad-server-1'];

/** Build, up and down, again and again: what is killed is run again, and must come to what an uninterrupted run makes. */
const cycle: readonly Command[] = [
  { name: 'build', argv: ['build-images', '--bare', '--cluster', NAME], problems: problemsWhenBuilt },
  { name: 'up', argv: ['up', NAME, '--until', 'apply-cluster'], problems: problemsWhenUp },
  { name: 'down', argv: ['down', NAME, '--wait-network', '--prune', '--yes'], problems: problemsWhenDown },
];

/**
 * Kills commands on an emulated UCloud at random moments, until so many kills have hit: nomadctl alone, whose terraform and
 * packer go on, or all of its processes at once, as a power cut would. Real packer, terraform and provider; no machines.
 */
export async function runUcloudChaos({ runs: wanted, seed, say, signal }: ChaosOptions): Promise<ChaosResult> {
  const programs = findChaosPrograms();
  if (!programs) throw new Error("packer, terraform or UCloud's provider is missing");
  const emulator = await startEmulator({ timeScale: 200, onBug: (error) => say(`the emulator failed: ${String(error)}`) });
  const draw = randomFrom(seed);
  const world = await openWorld(clientOf(emulator), { random: () => draw(1_000_000) / 1_000_000, ...programs });
  const failures: string[] = [];
  let hit = 0;
  let runs = 0;
  try {
    for (let turn = 0; hit < wanted && !signal.aborted; turn++) {
      const command = cycle[turn % cycle.length] as Command;
      const { kills, problems } = await strikeAndRepeat(command, world);
      runs++;
      hit += kills;
      say(`${hit}/${wanted}  ${command.name}  ${kills} kills${problems.length === 0 ? '' : `  FAILED\n  ${problems.join('\n  ')}`}`);
      if (problems.length === 0) continue;
      failures.push(`seed ${seed}, ${command.name} ${runs}: ${problems.join('; ')}`);
      if (command.name !== 'down') await run(cycle[2] as Command, world);
      turn = 2;
    }
    if (!signal.aborted) failures.push(...(await finalDown(world)));
  } finally {
    await endProcesses(world.home);
    await emulator.close();
    rmSync(world.home, { recursive: true, force: true, maxRetries: 5 });
  }
  return { runs: Math.max(runs, hit), hit, failures };
}

async function openWorld(cloud: EmulatedCloud, { random, packer, terraform }: ChaosPrograms & Pick<World, 'random'>): Promise<World> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-chaos-')));
  const { publicKey, privateKey, projectId, region } = cloud.credentials;
  const folder = join(home, 'clusters', NAME);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = [
    ...['version: 1', `name: ${NAME}`, 'target: ucloud', `projectId: ${projectId}`, `region: ${region}`, `baseUrl: ${cloud.url}`],
    ...['allowIp: [203.0.113.7/32]', 'consulServers: 1', 'nomadServers: 1', 'clients: 2'],
  ];
  writeFileSync(join(folder, 'cluster.yaml'), `${lines.join('\n')}\n`, { mode: 0o600 });
  const mirror = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(terraform.plugins)}\n  }\n}\n`;
  writeFileSync(join(home, 'terraformrc'), mirror);
  const env = {
    PATH: [dirname(packer), dirname(terraform.terraform), process.env['PATH'] ?? ''].join(delimiter),
    TF_CLI_CONFIG_FILE: join(home, 'terraformrc'),
    UCLOUD_PUBLIC_KEY: publicKey,
    UCLOUD_PRIVATE_KEY: privateKey,
    CHECKPOINT_DISABLE: '1',
  };
  const empty = await resources(cloud);
  return { cloud, home, env, random, empty, lasts: new Map(), creations: new Map(), lastRequest: 0 };
}

async function strikeAndRepeat(command: Command, world: World): Promise<{ kills: number; problems: string[] }> {
  const { random, lasts, home, env } = world;
  let kills = 0;
  for (let attempt = 0; attempt === 0 || (attempt < 4 && random() < 0.5); attempt++) {
    const running = startCli(command.argv, { home, env, timeoutMs: 300_000 });
    await Promise.race([sleep(random() * (lasts.get(command.name) ?? 8000)), running.done]);
    running.child.kill('SIGKILL');
    if (random() < 0.4) await endProcesses(home);
    kills += (await running.done).code === 137 ? 1 : 0;
    countCreations(world);
  }
  const last = await run(command, world);
  lasts.set(command.name, ((lasts.get(command.name) ?? last.ms) + Math.max(last.ms, 2000)) / 2);
  if (last.code !== 0) return { kills, problems: [`exit ${last.code}: ${last.stderr.trim().split('\n').slice(-12).join(' | ')}`] };
  const problems = await command.problems(world);
  if (command.name === 'down') world.creations.clear();
  return { kills, problems };
}

async function run({ argv }: Command, world: World): Promise<CliResult> {
  const result = await runCli(argv, { home: world.home, env: world.env, timeoutMs: 300_000 });
  countCreations(world);
  return result;
}

/** The request log keeps the last two thousand. */
function countCreations(world: World): void {
  for (const { number, action, retCode, params } of world.cloud.requests.list({ after: world.lastRequest })) {
    world.lastRequest = number;
    const name = params['Name'] ?? '';
    if (action === 'CreateUHostInstance' && retCode === 0 && name.startsWith(`${NAME}-`))
      world.creations.set(name, (world.creations.get(name) ?? 0) + 1);
  }
}

async function problemsWhenBuilt({ cloud }: World): Promise<string[]> {
  const { ImageSet } = await cloud.ok('DescribeImage', { ImageType: 'Custom', Limit: 100 });
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  const builds = (UHostSet as { Name: string }[]).filter(({ Name }) => Name.startsWith('nomadctl-build-'));
  const halves = (ImageSet as { State: string }[]).filter(({ State }) => State !== 'Available');
  return [
    ...(ImageSet.length === 3 && halves.length === 0 ? [] : [`${ImageSet.length} images, ${halves.length} of them unfinished`]),
    ...builds.map(({ Name }) => `${Name} is still there`),
  ];
}

async function problemsWhenUp({ cloud, creations }: World): Promise<string[]> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  const names = (UHostSet as { Name: string }[]).map(({ Name }) => Name).sort();
  const wanted = HOSTS.map((host) => `${NAME}-${host}`);
  const { vpc = 0, subnet = 0, eip = 0 } = await resources(cloud);
  return [
    ...(names.join() === wanted.join() ? [] : [`the hosts are ${names.join(', ')}`]),
    ...(eip === HOSTS.length ? [] : [`there are ${eip} addresses`]),
    ...(vpc === 3 && subnet === 3 ? [] : [`there are ${vpc} VPCs and ${subnet} subnets`]),
    ...[...creations].filter(([, times]) => times > 1).map(([name, times]) => `${name} was created ${times} times`),
  ];
}

async function problemsWhenDown({ cloud, empty, home }: World): Promise<string[]> {
  const left = Object.entries(await resources(cloud)).filter(([kind, count]) => kind !== 'lease' && count !== (empty[kind] ?? 0));
  const folder = join(home, 'clusters', NAME);
  const kept = existsSync(folder) ? readdirSync(folder).filter((name) => !['cluster.yaml', 'secrets.json'].includes(name)) : [];
  return [
    ...left.map(([kind, count]) => `${count - (empty[kind] ?? 0)} left of ${kind}`),
    ...kept.map((name) => `${name} is left in the cluster's folder`),
  ];
}

async function finalDown(world: World): Promise<string[]> {
  const down = cycle[2] as Command;
  const { code, stderr } = await run(down, world);
  return [...(code === 0 ? [] : [`the last down: exit ${code}: ${stderr.trim()}`]), ...(await problemsWhenDown(world))];
}

async function resources(cloud: EmulatedCloud): Promise<Record<string, number>> {
  // What UCloud gives everybody is there once somebody asks.
  await cloud.ok('DescribeVPC');
  return (await cloud.control('GET', '/resources')).body.resources as Record<string, number>;
}

/** Whatever lives off this home: nomadctl's children carry it as HOME. */
async function endProcesses(home: string): Promise<void> {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended, or is somebody else's.
    }
  }
}
