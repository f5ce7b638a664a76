import { X509Certificate } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeCertificate } from '../../src/agents/node-record.js';
import { ROTATION_KINDS, type RotationKind } from '../../src/security/rotation/rotation.js';
import { securedUpPlan } from '../../src/targets/local/plan.js';
import { rotationPlan } from '../../src/targets/local/rotation.js';
import { securingPlan } from '../../src/targets/local/securing-plan.js';
import { serverOf, type AskedServer } from './ask-agent.js';
import { jobText, type ChaosOptions, type ChaosResult } from './chaos.js';
import { killAt, rotationHasEnded, stageTimes, type Moment, type Struck } from './kill-moment.js';
import { openLab, problemsWhenDown, problemsWhenUp, secretsOf, type Lab } from './lab.js';
import { randomFrom } from './random.js';
import { REPLACED, SeenSecrets } from './replaced-secrets.js';
import { tokensFor, tokensOfOurs } from './tokens-of-ours.js';

export interface SecuredChaosOptions extends ChaosOptions {
  readonly servers?: number;
  readonly clients?: number;
  /** A folder that gets a copy of a cluster's own, without its agents' data, at each failure. */
  readonly keep?: string | undefined;
}

interface Kill extends Struck {
  readonly command: string;
  readonly converged: boolean;
  /** Milliseconds that the run took that brought it to its end. */
  readonly secondMs: number;
}

type What = 'up' | 'upgrade' | RotationKind;

interface World {
  readonly lab: Lab;
  readonly random: (below: number) => number;
  readonly servers: number;
  readonly wantedClients: number;
  clients: number;
  standing: 'none' | 'plain' | 'secure';
  /** Allocations with their restarts, of the job that no command may interrupt; undefined: it is not deployed. */
  allocations: readonly string[] | undefined;
  /** By what the cluster was made: the name of its first management token says so. */
  rotatedTokens: boolean;
  /** How long commands and their steps take here, in milliseconds. */
  readonly lasts: Map<string, number>;
}

/**
 * Kills what a secured cluster lives by: its `up`, every rotation of it, and how a plain cluster becomes one. Each is killed at a
 * random moment of a random step, or together with a server, or loses a server and goes on; then the same command must come to
 * its end, with each secret made once, every allocation where it was, and the cluster whole.
 */
export async function runSecuredChaos({
  runs: wanted,
  seed,
  say,
  signal,
  servers = 1,
  clients = 1,
  keep,
}: SecuredChaosOptions): Promise<ChaosResult & { readonly table: readonly string[] }> {
  const world: World = {
    ...{ lab: openLab(), random: randomFrom(seed), servers, wantedClients: clients, clients },
    ...{ standing: 'none', allocations: undefined, rotatedTokens: false, lasts: new Map() },
  };
  const failures: string[] = [];
  const kills: Kill[] = [];
  let turn = 0;
  try {
    while (kills.length < wanted && !signal.aborted) {
      const what = choose(world);
      turn++;
      const { struck, problems, secondMs, interlude } = await strikeAndRepeat(what, world).catch((error: unknown) => ({
        ...{ struck: [], secondMs: 0, interlude: '' },
        problems: [error instanceof Error ? error.message : String(error)],
      }));
      const command = what === 'up' || what === 'upgrade' ? what : `rotate ${what}`;
      kills.push(...struck.map((one) => ({ ...one, command, converged: problems.length === 0, secondMs })));
      const at = struck.map(({ stage, victim }) => `${victim} at ${stage}`).join(', then ') || 'not hit';
      say(
        `${kills.length}/${wanted}  turn ${turn}  ${command}  ${at}${interlude}  ${(secondMs / 1000).toFixed(1)} s${problems.length === 0 ? '' : `  FAILED\n  ${problems.join('\n  ')}`}`,
      );
      if (problems.length === 0) continue;
      failures.push(`seed ${seed}, turn ${turn}, ${command} (${at}${interlude}): ${problems.join('; ')}`);
      if (keep !== undefined) keepCluster(world.lab, join(keep, `seed-${seed}-turn-${turn}`));
      await takeDown(world);
    }
    failures.push(...(await takeDown(world)).map((problem) => `seed ${seed}, after the last down: ${problem}`));
  } finally {
    await world.lab.end();
  }
  return { runs: kills.length, hit: kills.length, failures, table: killTable(kills) };
}

/** Kills, how many steps they hit, and how long the run after them took, a command a line. */
function killTable(kills: readonly Kill[]): string[] {
  const rows = [...new Set(kills.map(({ command }) => command))].sort().map((command) => {
    const ours = kills.filter((kill) => kill.command === command);
    const of = (victim: string): number => ours.filter((kill) => kill.victim === victim).length;
    const times = ours.map(({ secondMs }) => secondMs).sort((a, b) => a - b);
    const seconds = (ms = 0): string => (ms / 1000).toFixed(1);
    const stages = new Map<string, number>();
    for (const { stage } of ours) stages.set(stage, (stages.get(stage) ?? 0) + 1);
    return [
      `${command}: ${ours.length} kills (nomadctl ${of('nomadctl')}, a server ${of('server')}, both ${of('both')}), ${ours.filter(({ converged }) => converged).length} converged,`,
      `  the run after: median ${seconds(times[Math.floor(times.length / 2)])} s, at most ${seconds(times.at(-1))} s`,
      `  ${[...stages].map(([stage, count]) => `${stage} ${count}`).join(', ')}`,
    ];
  });
  return rows.flat();
}

/** A rotation half of the time; each needs a secured cluster, which the others make. */
function choose({ random, standing }: World): What {
  const roll = random(100);
  if (standing === 'none') return roll < 55 ? 'up' : 'upgrade';
  if (roll < 14) return 'up';
  if (roll < 24) return 'upgrade';
  return ROTATION_KINDS[random(ROTATION_KINDS.length)] ?? 'gossip';
}

const STAGES: Readonly<Record<'up' | 'upgrade', readonly string[]>> = {
  up: idsOf(securedUpPlan),
  upgrade: idsOf(securingPlan({ connect: () => Promise.reject(new Error('nobody asks')), leaveJobs: false })),
};

function idsOf({ steps }: { readonly steps: readonly unknown[] }): string[] {
  return (steps as { id: string }[]).flat().map(({ id }) => id);
}

function stagesOf(what: What): readonly string[] {
  return what === 'up' || what === 'upgrade' ? STAGES[what] : idsOf(rotationPlan(what));
}

function argvOf(what: What, { servers, clients }: World): string[] {
  const size = ['--servers', String(servers), '--clients', String(clients), '--drivers', 'raw_exec'];
  if (what === 'up' || what === 'upgrade') return ['up', '--profile', 'secure', ...size, '--yes'];
  return ['rotate', what, '--yes'];
}

interface Outcome {
  readonly struck: readonly Struck[];
  readonly problems: readonly string[];
  readonly secondMs: number;
  readonly interlude: string;
}

async function strikeAndRepeat(what: What, world: World): Promise<Outcome> {
  const { lab, random } = world;
  await prepare(what, world);
  const isRotation = what !== 'up' && what !== 'upgrade';
  const before = {
    certificates: certificatesOf(world),
    rootKeys: isRotation ? await rootKeys(await serverOf(lab)) : 0,
    secrets: secretsOf(lab),
  };
  const seen = new SeenSecrets(lab);
  seen.look();
  const argv = argvOf(what, world);
  const struck: Struck[] = [];
  let isOver = false;
  const begun = Date.now();
  // What goes on is killed as well, more often than not.
  for (let attempt = 0; attempt === 0 || (attempt < 5 && random(100) < 55); attempt++) {
    const { struck: hit, ended } = await killAt(lab.start(argv), momentFor(what, world), world);
    seen.look();
    if (hit) struck.push(hit);
    // A rotation that has ended is not to be begun once more.
    isOver = isRotation && (ended?.code === 0 || rotationHasEnded(lab, begun));
    if (isOver) break;
  }
  const isAlone = struck.every(({ victim }) => victim === 'nomadctl');
  const inside = isRotation && isAlone && !isOver ? await interludeOf(world) : undefined;
  const interlude = inside ? `, ${inside.name}` : '';
  if (inside?.problems.length) return { struck, secondMs: 0, interlude, problems: inside.problems };
  if (inside?.name === 'down') return { struck, secondMs: 0, interlude, problems: [] };
  seen.look();
  const since = Date.now();
  let last = isOver ? { code: 0, stderr: '', ms: 0 } : await lab.run(argv, { timeoutMs: 400_000 });
  // It has come to its end without a server, which is still to be started, or was killed before it had put down its lock.
  if (isOver && struck.length > 0) await lab.must(['up'], { timeoutMs: 400_000 });
  // A rotation names `up` for an agent that is away.
  if (isRotation && !isAlone && last.code === 1 && /next +.*up/.test(last.stderr)) {
    await lab.must(['up'], { timeoutMs: 400_000 });
    seen.look();
    last = await lab.run(argv, { timeoutMs: 400_000 });
  }
  if (last.code !== 0)
    return {
      struck,
      secondMs: last.ms,
      interlude,
      problems: [`exit ${last.code}: ${last.stderr.trim().split('\n').slice(-14).join(' | ')}`],
    };
  for (const [stage, ms] of stageTimes(lab, since)) world.lasts.set(`${what} ${stage}`, ms);
  if (struck.length === 0) world.lasts.set(what, last.ms);
  seen.look();
  if (what === 'tokens') world.rotatedTokens = true;
  world.standing = 'secure';
  const server = await serverOf(lab);
  const problems = [
    ...seen.problems(isRotation ? what : undefined),
    ...(await wholeInTime(world)),
    ...(await jobProblems(world, server)),
    ...(await tokenProblems(world, server)),
    ...(isRotation ? await rotationProblems(what, { world, server }, before) : []),
  ];
  return { struck, problems, secondMs: last.ms, interlude };
}

/** Makes what the command is about to change. */
async function prepare(what: What, world: World): Promise<void> {
  const { lab } = world;
  if (what === 'up' || what === 'upgrade' || world.standing === 'none') {
    const problems = await takeDown(world);
    if (problems.length > 0) throw new Error(`down left ${problems.join('; ')}`);
  }
  if (what === 'up') return;
  if (what === 'upgrade') {
    const [, , , ...words] = argvOf(what, world);
    await lab.must(['up', '--profile', 'poc', ...words]);
    world.standing = 'plain';
  } else if (world.standing !== 'secure') {
    await lab.must(argvOf('up', world));
    world.standing = 'secure';
  }
  // Certificates tell whole seconds: those of a rotation that ended a moment ago are as good as new for the next one.
  if (what === 'certificates') await sleep(1100);
  if (world.allocations === undefined) {
    await deploy(lab, 'sleeper');
    world.allocations = await runningOf(await serverOf(lab));
  }
}

async function takeDown(world: World): Promise<string[]> {
  const { lab, wantedClients } = world;
  const { code, stderr } = await lab.run(['down']);
  const problems = code === 0 ? problemsWhenDown(lab) : [`down: exit ${code}: ${stderr.trim()}`];
  Object.assign(world, { standing: 'none', allocations: undefined, rotatedTokens: false, clients: wantedClients });
  return problems;
}

function momentFor(what: What, { random, lasts }: World): Moment {
  const victim = (['nomadctl', 'nomadctl', 'nomadctl', 'server', 'both'] as const)[random(5)] ?? 'nomadctl';
  const part = random(1000) / 1000;
  const stages = stagesOf(what);
  const stage = stages[random(stages.length)];
  if (random(100) < 25 || stage === undefined) return { after: part * (lasts.get(what) ?? 4000), victim };
  return { stage, after: part * (lasts.get(`${what} ${stage}`) ?? 200), victim };
}

/** What somebody does in the middle of a rotation that was interrupted. */
async function interludeOf(world: World): Promise<{ name: string; problems: string[] } | undefined> {
  const { lab, random, servers } = world;
  const size = (clients: number): string[] => ['--servers', String(servers), '--clients', String(clients)];
  const roll = random(100);
  if (roll < 45) return undefined;
  const [name, argv] =
    roll < 60
      ? (['up', ['up', '--yes']] as const)
      : roll < 72
        ? (['a client more', ['up', ...size(world.clients + 1), '--yes']] as const)
        : roll < 82 && world.clients > world.wantedClients
          ? (['a client less', ['up', ...size(world.clients - 1), '--yes']] as const)
          : roll < 94
            ? (['job deploy', ['job', 'deploy', jobFile(lab, 'guest')]] as const)
            : (['down', ['down']] as const);
  if (name === 'down') return { name, problems: await takeDown(world) };
  const { code, stderr } = await lab.run(argv, { timeoutMs: 400_000 });
  if (code !== 0) return { name, problems: [`${name} in the middle: exit ${code}: ${stderr.trim().split('\n').slice(-14).join(' | ')}`] };
  if (name === 'a client more') world.clients += 1;
  if (name === 'a client less') world.clients -= 1;
  return {
    name,
    problems: name === 'job deploy' ? [] : (await wholeInTime(world)).map((text) => `after ${name}: ${text}`),
  };
}

const WHOLE_MS = 30_000;

/** On a computer that is busy with other things, members of a pool suspect each other now and then. */
async function wholeInTime(world: World): Promise<string[]> {
  const until = Date.now() + WHOLE_MS;
  for (;;) {
    const problems = await problemsWhenUp(world.lab, nodesOf(world));
    if (problems.length === 0 || Date.now() > until) return problems;
    await sleep(1000);
  }
}

async function jobProblems({ allocations }: World, server: AskedServer): Promise<string[]> {
  if (allocations === undefined) return [];
  let seen: string[] = [];
  for (let tries = 0; tries < 50; tries++) {
    seen = await runningOf(server);
    if (seen.join() === allocations.join()) return [];
    await sleep(200);
  }
  return [`the job's allocations were ${allocations.join(', ')}, and are ${seen.join(', ')}`];
}

async function tokenProblems(world: World, server: AskedServer): Promise<string[]> {
  const found = await tokensOfOurs(server);
  const wanted = tokensFor(nodesOf(world), world.rotatedTokens ? 'nomadctl: management' : 'Initial Management Token');
  return found.join() === wanted.join() ? [] : [`tokens are ${found.join(', ')}, wanted ${wanted.join(', ')}`];
}

interface Before {
  readonly certificates: ReadonlyMap<string, string>;
  readonly rootKeys: number;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What it replaces is new, all else is as it was, and nothing of it is under way. */
async function rotationProblems(
  kind: RotationKind,
  { world, server }: { readonly world: World; readonly server: AskedServer },
  before: Before,
): Promise<string[]> {
  const after = secretsOf(world.lab);
  const certificates = certificatesOf(world);
  const anew = kind === 'certificates' || kind === 'ca';
  const made = (await rootKeys(server)) - before.rootKeys;
  return [
    ...Object.keys(after)
      .filter((name) => /^(next|previous):/.test(name))
      .map((name) => `${name} is still kept`),
    ...Object.entries(before.secrets)
      .filter(([name, value]) => after[name] !== undefined && (after[name] !== value) !== REPLACED[kind].test(name))
      .map(([name, value]) => `${name} ${after[name] === value ? 'is the old one' : 'is another one'}`),
    ...[...before.certificates]
      .filter(([node, serial]) => certificates.has(node) && (certificates.get(node) !== serial) !== anew)
      .map(([node]) => `the certificate of ${node} ${anew ? 'is the old one' : 'is another one'}`),
    ...(made === (kind === 'keyring' ? 1 : 0) ? [] : [`${made} root keys were made`]),
  ];
}

function certificatesOf(world: World): Map<string, string> {
  if (world.standing !== 'secure') return new Map();
  const { agents } = world.lab.paths();
  return new Map(
    nodesOf(world).map((node) => [node, new X509Certificate(readFileSync(nodeCertificate(agents, node).certificate)).serialNumber]),
  );
}

async function rootKeys({ nomad }: AskedServer): Promise<number> {
  return ((await (await nomad('/v1/operator/keyring/keys')).json()) as unknown[]).length;
}

async function runningOf({ nomad }: AskedServer): Promise<string[]> {
  const allocations = (await (await nomad('/v1/job/sleeper/allocations')).json()) as Allocation[];
  const running = allocations.filter(({ ClientStatus }) => ClientStatus === 'running');
  return running.map(({ ID, TaskStates }) => `${ID} restarted ${Object.values(TaskStates ?? {})[0]?.Restarts ?? 0} times`);
}

interface Allocation {
  readonly ID: string;
  readonly ClientStatus: string;
  readonly TaskStates: Readonly<Record<string, { readonly Restarts: number }>> | null;
}

/** On a busy computer a leader that was there a moment ago may be gone. */
async function deploy(lab: Lab, name: string): Promise<void> {
  const argv = ['job', 'deploy', jobFile(lab, name)];
  for (let tries = 0; tries < 3 && (await lab.run(argv)).code !== 0; tries++) await sleep(2000);
  await lab.must(argv);
}

function keepCluster(lab: Lab, folder: string): void {
  const { dir } = lab.paths();
  if (existsSync(dir)) cpSync(dir, folder, { recursive: true, filter: (path) => !/\/(data|allocs)(\/|$)/.test(path.slice(dir.length)) });
}

function jobFile(lab: Lab, name: string): string {
  const file = join(lab.home, `${name}.nomad.hcl`);
  writeFileSync(file, jobText(1, name));
  return file;
}

function nodesOf({ servers, clients }: Pick<World, 'servers' | 'clients'>): string[] {
  const named = (kind: string, amount: number): string[] => Array.from({ length: amount }, (_, index) => `${kind}-${index + 1}`);
  return [...named('server', servers), ...named('client', clients)];
}
