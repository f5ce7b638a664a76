import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from '../../packages/base/src/process-identity.js';
import { processesUnder } from '../../src/agents/leftovers/leftover-processes.js';
import { openLab, problemsWhenDown, problemsWhenUp, type Lab } from './lab.js';

/**
 * Random commands on one real cluster after the other, each killed with SIGKILL at a random moment, then run again: the
 * same command must end well, and reality must be what an uninterrupted run would have made. The seed decides what is
 * done and when; how far a command has come by then is the machine's.
 */
export interface ChaosOptions {
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Ends it after the run that is at work. */
  readonly signal: AbortSignal;
}

export interface ChaosResult {
  readonly runs: number;
  /** How many commands the kill really hit; the others had ended before. */
  readonly hit: number;
  readonly failures: readonly string[];
}

interface World {
  readonly lab: Lab;
  readonly random: () => number;
  /** Undefined: the cluster is not there. `paused`: its data is. */
  size: { servers: number; clients: number } | undefined;
  paused: boolean;
  /** Wanted count of the job, when it is deployed. */
  job: number | undefined;
  /** How long each kind of command takes here, in milliseconds. */
  readonly lasts: Map<string, number>;
}

interface Action {
  readonly name: string;
  readonly argv: readonly string[];
  readonly before?: (world: World) => Promise<void>;
  /** What the world is afterwards. */
  readonly then: (world: World) => void;
}

export async function runChaos({ runs: wanted, seed, say, signal }: ChaosOptions): Promise<ChaosResult> {
  const world: World = { lab: openLab(), random: randomFrom(seed), size: undefined, paused: false, job: undefined, lasts: new Map() };
  const failures: string[] = [];
  let hit = 0;
  let runs = 0;
  try {
    for (let run = 1; run <= wanted && !signal.aborted; run++) {
      runs = run;
      const action = choose(world);
      const { problems, kills } = await strikeAndRepeat(action, world);
      hit += kills > 0 ? 1 : 0;
      say(
        `${run}/${wanted}  ${action.name}: nomadctl ${action.argv.join(' ')}  ${kills} kill${kills === 1 ? '' : 's'}${problems.length === 0 ? '' : `  FAILED\n  ${problems.join('\n  ')}`}`,
      );
      if (problems.length === 0) continue;
      failures.push(`seed ${seed}, run ${run}, ${action.name}: ${problems.join('; ')}`);
      await world.lab.run(['down']);
      Object.assign(world, { size: undefined, paused: false, job: undefined });
    }
  } finally {
    await world.lab.end();
  }
  return { runs, hit, failures };
}

/**
 * Kills `up` and `down` before every single change that they make outside themselves (files, folders, processes), one after
 * the other, and runs them again. Complete, where random moments only sample.
 */
export async function runEveryOperation({
  say,
  signal,
  from = 1,
}: Pick<ChaosOptions, 'say' | 'signal'> & { from?: number }): Promise<ChaosResult> {
  const lab = openLab();
  const failures: string[] = [];
  const over = { up: false, down: false };
  let runs = 0;
  let hit = 0;
  const strike = async (verb: 'up' | 'down', argv: readonly string[], operation: number): Promise<void> => {
    const { code } = await lab.run(argv, over[verb] ? {} : { strike: `SIGKILL operation ${operation}` });
    // Beyond the last operation there is nothing left to be killed at.
    if (code !== 137) over[verb] = true;
    else hit++;
    runs += code === 137 ? 1 : 0;
    const { code: again, stderr } = await lab.run(argv);
    const problems =
      again === 0
        ? verb === 'up'
          ? await problemsWhenUp(lab, ['server-1', 'client-1'])
          : problemsWhenDown(lab)
        : [`exit ${again}: ${stderr.trim()}`];
    if (code === 137 || problems.length > 0)
      say(`${verb} at operation ${operation}${problems.length === 0 ? '' : `  FAILED\n  ${problems.join('\n  ')}`}`);
    if (problems.length > 0) failures.push(`${verb} at operation ${operation}: ${problems.join('; ')}`);
  };
  try {
    for (let operation = from; !(over.up && over.down) && !signal.aborted; operation++) {
      await strike('up', ['up', '--clients', '1'], operation);
      await strike('down', ['down'], operation);
    }
  } finally {
    await lab.end();
  }
  return { runs, hit, failures };
}

async function strikeAndRepeat(action: Action, world: World): Promise<{ problems: string[]; kills: number }> {
  const { lab, random } = world;
  await action.before?.(world);
  const before = lab.agents();
  let kills = 0;
  // Now and then the second attempt is killed as well.
  for (let attempt = 0; attempt === 0 || (attempt < 3 && random() < 0.3); attempt++) {
    const running = lab.start(action.argv);
    await sleep(random() * (world.lasts.get(action.name) ?? 3000));
    running.child.kill('SIGKILL');
    kills += (await running.done).code === 137 ? 1 : 0;
  }
  const last = await lab.run(action.argv);
  if (kills === 0) world.lasts.set(action.name, Math.max(300, last.ms));
  else world.lasts.set(action.name, ((world.lasts.get(action.name) ?? 3000) + Math.max(last.ms, 500)) / 2);
  action.then(world);
  if (last.code !== 0) return { kills, problems: [`exit ${last.code}: ${last.stderr.trim().split('\n').slice(-12).join(' | ')}`] };
  return { kills, problems: await problemsIn(world, before) };
}

async function problemsIn(world: World, before: ReadonlyMap<string, readonly number[]>): Promise<string[]> {
  const { lab, size, paused } = world;
  if (!size) return problemsWhenDown(lab);
  if (paused) return [...lab.agents().keys()].map((agent) => `${agent} still runs`);
  const problems = await problemsWhenUp(lab, nodesOf(size));
  // Agents that were wanted before and after have not been restarted.
  const restarted = [...lab.agents()].filter(([agent, pids]) => before.has(agent) && before.get(agent)?.[0] !== pids[0]);
  return [...problems, ...restarted.map(([agent]) => `${agent} was restarted`), ...(await jobProblems(world))];
}

async function jobProblems({ lab, job, size }: World): Promise<string[]> {
  if (job === undefined || !size || size.clients === 0) return [];
  let seen = '';
  for (let tries = 0; tries < 100; tries++) {
    const found = (await lab.status()).jobs?.find(({ id }) => id === JOB);
    seen = found ? `${found.running} of ${job}` : 'no job';
    if (found?.running === job) return [];
    await sleep(200);
  }
  return [`the job runs ${seen}`];
}

function choose(world: World): Action {
  const { size, paused, random } = world;
  if (!size || paused)
    return random() < 0.85 || !size
      ? up(world, size ?? { servers: random() < 0.25 ? 3 : 1, clients: 1 + Math.floor(random() * 2) })
      : down();
  const roll = random();
  if (roll < 0.1) return afterwards('power cut', cutPower, world);
  if (roll < 0.2) return afterwards('agent killed', killOne, world);
  if (roll < 0.36) return down();
  if (roll < 0.42) return pause();
  if (roll < 0.6) return deploy(world, 1 + Math.floor(random() * 3));
  if (roll < 0.7) return up(world, { ...size, servers: size.servers === 1 ? 3 : 1 });
  return up(world, { ...size, clients: 1 + Math.floor(random() * 2) });
}

function up(world: World, size: { servers: number; clients: number }): Action {
  const name = !world.size ? 'up' : world.paused ? 'up again' : size.servers !== world.size.servers ? 'scale servers' : 'scale clients';
  return {
    name,
    argv: ['up', '--servers', String(size.servers), '--clients', String(size.clients)],
    then: (after) => void Object.assign(after, { size, paused: false }),
  };
}

/** A mishap outside nomadctl, and the `up` that mends it. */
function afterwards(name: string, mishap: (world: World) => Promise<void>, world: World): Action {
  // Half of the time the next up wants another size.
  const { random, size = { servers: 1, clients: 1 } } = world;
  const wanted = random() < 0.5 ? size : { servers: random() < 0.5 ? 1 : 3, clients: 1 + Math.floor(random() * 2) };
  return { ...up(world, wanted), name, before: mishap };
}

/** Agents, executors and tasks, all at once. */
async function cutPower({ lab }: World): Promise<void> {
  for (let left = processesUnder(lab.paths().agents); left.length > 0; left = processesUnder(lab.paths().agents)) {
    for (const process of left) await kill(process);
  }
}

async function killOne({ lab, random }: World): Promise<void> {
  const pids = [...lab.agents().values()].flat();
  const process = identify(pids[Math.floor(random() * pids.length)] ?? 0);
  if (process) await kill(process);
}

/** A process that was sent SIGKILL is still to be seen for a moment. */
async function kill(target: ProcessIdentity): Promise<void> {
  if (isAlive(target)) process.kill(target.pid, 'SIGKILL');
  while (isAlive(target)) await sleep(5);
}

function down(): Action {
  return { name: 'down', argv: ['down'], then: (after) => void Object.assign(after, { size: undefined, paused: false, job: undefined }) };
}

function pause(): Action {
  return { name: 'pause', argv: ['down', '--keep-data'], then: (after) => void Object.assign(after, { paused: true }) };
}

const JOB = 'sleeper';

function deploy({ lab }: World, count: number): Action {
  const file = join(lab.home, 'sleeper.nomad.hcl');
  writeFileSync(file, jobText(count));
  return { name: 'deploy', argv: ['job', 'deploy', file], then: (after) => void Object.assign(after, { job: count }) };
}

/** A task that needs nothing but a shell. */
export function jobText(count: number, name = JOB): string {
  return `job "${name}" {
  group "sleepers" {
    count = ${count}
    update {
      min_healthy_time = "200ms"
      healthy_deadline = "60s"
      progress_deadline = "2m"
    }
    restart {
      delay = "1s"
    }
    task "sleep" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "sleep 100000 & wait"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
      kill_timeout = "1s"
    }
  }
}
`;
}

function nodesOf({ servers, clients }: { servers: number; clients: number }): string[] {
  const named = (kind: string, amount: number): string[] => Array.from({ length: amount }, (_, index) => `${kind}-${index + 1}`);
  return [...named('server', servers), ...named('client', clients)];
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
