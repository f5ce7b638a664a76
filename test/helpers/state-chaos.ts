import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../src/context.js';
import { backupsIn } from '../../src/state/backup/backup-manifest.js';
import { contentOf, openSource } from '../../src/state/backup/restore-source.js';
import { operatorKeyFile } from '../../src/state/home/operator-key.js';
import { keptRoot } from '../../src/state/kept-root.js';
import { runLockHolder } from '../../src/state/lock/run-lock.js';
import { HERE, stateOwner, type StateOwner, type StatePlace } from '../../src/state/state-owner.js';
import { applyRoot, planRoot } from '../../src/terraform/apply-root.js';
import { movedNote } from '../../src/terraform/backend.js';
import { readableState, type RawState } from '../../src/terraform/inventory.js';
import { rootOf, type RootName } from '../../src/terraform/root.js';
import { openCluster } from '../../src/targets/open-cluster.js';
import type { ChaosOptions, ChaosResult } from './chaos.js';
import { takeTurns } from './chaos-turns.js';
import { randomFrom } from './random.js';
import { requireTool } from './require-tool.js';
import { runCli } from './run-cli.js';
import { startStateConsul, type StateConsul } from './state-consul.js';
import { initScope, scopeOf, stateWith, things } from './state-desk.js';
import { startStateServer, type StateServer } from './state-server.js';
import { repeatedly, type Strikes } from './strike-and-repeat.js';
import { createTestContext } from './test-context.js';

/**
 * States that are moved between this computer, a real Consul and an HTTP server, backed up, damaged and put back, by commands that are killed
 * at random moments and given again: nothing of a state is lost, nothing is left over, and terraform has nothing to do.
 */
const NAME = 'prod';
/** Terraform's own; the others are as it would have written them. */
const REAL: RootName = 'cluster';
const ROOTS: readonly RootName[] = ['network', REAL, 'jobs'];

/** What has to be kept of a state. */
interface Truth {
  lineage: string;
  serial: number;
  resources: unknown;
}

interface World {
  readonly home: string;
  readonly ctx: Context;
  readonly env: Readonly<Record<string, string>>;
  readonly consul: StateConsul;
  readonly server: StateServer;
  readonly strikes: Strikes;
  readonly random: (below: number) => number;
  readonly truth: Map<RootName, Truth>;
  place: Kind;
  /** How many things the real root has. */
  things: number;
}

type Kind = 'local' | 'consul' | 'http';

export interface StateChaosOptions extends ChaosOptions {
  /** After so many runs terraform is asked whether it has nothing to do; and in the end. */
  readonly planEvery?: number;
}

export async function runStateChaos({ planEvery = 4, ...options }: StateChaosOptions): Promise<ChaosResult> {
  const world = await openWorld(options.seed);
  let isWell = true;
  try {
    return await takeTurns(options, async (run) => {
      const { name, act } = choose(world);
      const { kills, problems } = await act(world);
      const isPlanned = run % planEvery === 0 || run === options.runs;
      const all = [...problems, ...(await problemsIn(world)), ...(isPlanned ? await planProblems(world) : [])];
      isWell = all.length === 0;
      return { name: `${name}, states in ${world.place}`, kills, problems: all };
    });
  } finally {
    await world.server.end();
    await world.consul.end();
    if (isWell) rmSync(world.home, { recursive: true, force: true });
    else options.say(`what is left lies in ${world.home}`);
  }
}

interface Done {
  readonly kills: number;
  readonly problems: readonly string[];
}

interface Action {
  readonly name: string;
  readonly act: (world: World) => Promise<Done>;
}

function choose({ random, place }: World): Action {
  const roll = random(100);
  const others = (['local', 'consul', 'http'] as const).filter((kind) => kind !== place);
  const to = others[random(others.length)] ?? 'local';
  if (roll < 50) return { name: `move to ${to}`, act: (world) => move(world, to) };
  if (roll < 72) return { name: 'backup', act: backUp };
  if (roll < 90) return { name: 'restore', act: restore };
  return { name: 'apply', act: advance };
}

async function move(world: World, to: Kind): Promise<Done> {
  const { consul, server, strikes } = world;
  const flags = { local: [], consul: ['--address', consul.url, '--ca', consul.ca], http: ['--address', server.url] }[to];
  const set = await strikes('state backend', ['state', 'backend', to, ...flags]);
  const moved = await strikes('state migrate', ['state', 'migrate', NAME]);
  world.place = to;
  return { kills: set.kills + moved.kills, problems: [...set.problems, ...moved.problems] };
}

async function backUp(world: World): Promise<Done> {
  const { strikes, ctx } = world;
  const made = await strikes('state backup create', ['state', 'backup', 'create', '--no-snapshots', '--keep', '3']);
  const { backups } = ctx.paths.cluster(NAME);
  const all = await backupsIn(backups);
  const newest = all[0];
  const problems = [...made.problems];
  for (const name of readdirSync(backups).filter((one) => one.startsWith('.'))) problems.push(`${name} is left in the folder of backups`);
  if (all.length > 3) problems.push(`${all.length} backups are there, and 3 were to stay`);
  for (const backup of all) for (const file of backup.files) await contentOf(backup, file);
  if (!newest) return { kills: made.kills, problems: [...problems, 'there is no backup'] };
  const source = await openSource(newest.id, opening(world));
  for (const [root, truth] of world.truth) {
    const kept = readableState(source.states.get(root) ?? '');
    if (kept?.lineage !== truth.lineage || !isDeepStrictEqual(kept.resources, truth.resources))
      problems.push(`the backup ${newest.id} has another state of the ${root}`);
  }
  return { kills: made.kills, problems };
}

const opening = ({ ctx }: World) => ({
  ...{ cluster: NAME, paths: ctx.paths.cluster(NAME), folder: ctx.paths.cluster(NAME).backups, parts: ['states', 'files'] as const },
  ...{ redact: ctx.redact, identity: () => Promise.resolve(readFileSync(operatorKeyFile(ctx.paths), 'utf8')) },
});

/** Something goes wrong with a state, and a backup of it is put back. */
async function restore(world: World): Promise<Done> {
  const { strikes, random } = world;
  const backed = await strikes('state backup create', ['state', 'backup', 'create', '--no-snapshots']);
  const { backups } = world.ctx.paths.cluster(NAME);
  const newest = (await backupsIn(backups)).find(({ why }) => why === 'asked for');
  const root = ROOTS[random(ROOTS.length)] ?? REAL;
  const kind = (['gone', 'empty', 'torn', 'older'] as const)[random(4)] ?? 'torn';
  await damage(world, root, kind);
  const put = await strikes('state backup restore', ['state', 'backup', 'restore', newest?.id ?? '', '--only', 'states', '--yes']);
  return {
    kills: backed.kills + put.kills,
    problems: [...backed.problems, ...put.problems].map((problem) => `${problem} (the state of the ${root} was ${kind})`),
  };
}

async function damage(world: World, root: RootName, kind: 'gone' | 'empty' | 'torn' | 'older'): Promise<void> {
  const { place, consul, server } = world;
  const truth = world.truth.get(root);
  const older = JSON.stringify({
    ...(JSON.parse(stateWith(truth?.lineage ?? '')) as RawState),
    serial: Math.max(1, (truth?.serial ?? 1) - 1),
    resources: [],
  });
  const text = { gone: undefined, empty: '', torn: '{"version": 4, "ser', older }[kind];
  if (place === 'local') {
    const { state } = rootOf(world.ctx.paths.cluster(NAME), root);
    if (text === undefined) rmSync(state);
    else writeFileSync(state, text);
  } else if (place === 'http') {
    const path = `/nomadctl/${NAME}/${root}`;
    if (text === undefined) server.kept.delete(path);
    else server.kept.set(path, text);
  } else {
    const path = `/v1/kv/nomadctl/${NAME}/${root}/`;
    if (text === undefined) await consul.ask('DELETE', path);
    else await consul.ask('PUT', path, text);
  }
}

/** Terraform goes on: what is kept from now on is this. */
async function advance(world: World): Promise<Done> {
  world.things = world.things === 2 ? 3 : 2;
  const scope = await scopeOf({ ctx: world.ctx, owner: await ownerOf(world) }, things(world.things));
  await initScope(scope);
  await applyRoot(scope, { what: 'make things' });
  remember(world, REAL, await textOf(world, REAL));
  return { kills: 0, problems: [] };
}

async function planProblems(world: World): Promise<string[]> {
  const scope = await scopeOf({ ctx: world.ctx, owner: await ownerOf(world) }, things(world.things));
  await initScope(scope);
  const { pending } = await planRoot(scope, { what: 'make things' });
  remember(world, REAL, await textOf(world, REAL));
  return pending ? ['terraform would change something'] : [];
}

/** Each state is in its place, as it was, nowhere else, and held by nobody. */
async function problemsIn(world: World): Promise<string[]> {
  const { ctx, truth } = world;
  const owner = await ownerOf(world);
  const problems: string[] = [];
  if (owner.place.backend !== world.place) problems.push(`the settings say ${owner.place.backend}`);
  for (const [root, was] of truth) {
    const now = readableState((await textOf(world, root)) ?? '');
    if (!now) problems.push(`the state of the ${root} is not there`);
    else if (now.lineage !== was.lineage) problems.push(`the state of the ${root} has lineage ${now.lineage}, and had ${was.lineage}`);
    else if (now.serial < was.serial) problems.push(`the state of the ${root} has serial ${now.serial}, and had ${was.serial}`);
    else if (!isDeepStrictEqual(now.resources, was.resources)) problems.push(`the state of the ${root} holds something else`);
    if (now) was.serial = now.serial;
    for (const place of placesOf(world).filter(({ backend }) => backend !== world.place)) {
      const left = await read(ctx, { ...owner, place }, root);
      if (left !== undefined && !movedNote(left)) problems.push(`the state of the ${root} is in ${place.backend}, too`);
    }
    const lock = await keptRoot(ctx, owner, root).backend?.lockHolder();
    if (lock) problems.push(`terraform's lock on the ${root} is held by ${lock.who}`);
  }
  const holder = await runLockHolder(ctx, owner);
  if (holder) problems.push(`the lock of a run is held by ${holder.owner?.command ?? 'nobody'}`);
  return [...problems, ...leftIn(ctx.paths.cluster(NAME).dir)];
}

/** Halves of files, and files that others may read. */
function leftIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    if (/(^|\/)\.terraform\//.test(path)) return [];
    const place = join(dir, path);
    if (!existsSync(place) || !statSync(place).isFile()) return [];
    const isHalf = /\.[0-9a-f]{8}\.(tmp|stale)$|\.claim$/.test(path);
    const isOpen = /tfstate|backups\//.test(path) && (statSync(place).mode & 0o077) !== 0;
    return [...(isHalf ? [`${path} is left`] : []), ...(isOpen ? [`others may read ${path}`] : [])];
  });
}

async function ownerOf({ ctx }: World): Promise<StateOwner> {
  return stateOwner((await openCluster(ctx, NAME)).cluster);
}

async function textOf(world: World, root: RootName): Promise<string | undefined> {
  return read(world.ctx, await ownerOf(world), root);
}

async function read(ctx: Context, owner: StateOwner, root: RootName): Promise<string | undefined> {
  const { backend, state } = keptRoot(ctx, owner, root);
  if (backend) return backend.read();
  return existsSync(state) ? readFileSync(state, 'utf8') : undefined;
}

function placesOf({ consul, server }: World): StatePlace[] {
  return [HERE, { ...HERE, backend: 'consul', address: consul.url, ca: consul.ca }, { ...HERE, backend: 'http', address: server.url }];
}

function remember({ truth }: World, root: RootName, text: string | undefined): void {
  const state = readableState(text ?? '');
  if (!state) throw new Error(`there is no state of the ${root}`);
  truth.set(root, { lineage: state.lineage, serial: state.serial, resources: state.resources });
}

async function openWorld(seed: number): Promise<World> {
  const consul = await startStateConsul();
  if (!consul || requireTool('terraform') === undefined) throw new Error('consul and terraform are needed');
  const server = await startStateServer();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-state-chaos-')));
  const env = { CONSUL_HTTP_TOKEN: consul.token, ...server.env };
  const ctx = await createTestContext({ home, env: { PATH: process.env['PATH'], HOME: home, ...env }, global: { cluster: NAME } });
  const random = randomFrom(seed);
  const run = (argv: readonly string[], strike?: string) => runCli(argv, { home, env: { ...env, NOMADCTL_CLUSTER: NAME }, strike });
  const world: World = {
    ...{ home, ctx, env, consul, server, random, truth: new Map(), place: 'local', things: 2 },
    strikes: repeatedly({ random, run, start: { home, env: { ...env, NOMADCTL_CLUSTER: NAME } } }),
  };
  const paths = ctx.paths.cluster(NAME);
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  writeFileSync(paths.file, `version: 1\nname: ${NAME}\ntarget: local\n`, { mode: 0o600 });
  writeFileSync(paths.secrets, '{"nomadManagementToken": "11111111-aaaa-4aaa-8aaa-111111111111"}', { mode: 0o600 });
  for (const root of ROOTS) {
    const { folder, state } = rootOf(paths, root);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (root !== REAL) writeFileSync(state, stateWith(`of-the-${root}`), { mode: 0o600 });
  }
  world.things = 3;
  await advance(world);
  for (const root of ROOTS) remember(world, root, await textOf(world, root));
  return world;
}
