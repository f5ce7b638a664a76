import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command as attach } from '../../src/commands/state/attach.js';
import { command as backend } from '../../src/commands/state/backend.js';
import { command as doctor } from '../../src/commands/state/doctor.js';
import { command as key } from '../../src/commands/state/key.js';
import { command as migrate } from '../../src/commands/state/migrate.js';
import { command as unlock } from '../../src/commands/state/unlock.js';
import type { Context } from '../../src/context.js';
import { inSession } from '../../src/engine/session.js';
import { keptRoot } from '../../src/state/kept-root.js';
import { besideLock } from '../../src/state/lock/beside-lock.js';
import { takeRunLock } from '../../src/state/lock/run-lock.js';
import { stateOwner, type StateOwner } from '../../src/state/state-owner.js';
import { openCluster } from '../../src/targets/open-cluster.js';
import { applyRoot, planRoot } from '../../src/terraform/apply-root.js';
import { endOfEarlierRun } from '../../src/terraform/earlier-run.js';
import { inventoryOf } from '../../src/terraform/inventory.js';
import { rootOf } from '../../src/terraform/root.js';
import { hasObjectStore, startObjectStore } from '../helpers/object-store.js';
import { requireTool } from '../helpers/require-tool.js';
import { deadOwner, initScope, scopeOf, stateWith, things } from '../helpers/state-desk.js';
import { startStateServer } from '../helpers/state-server.js';
import { tempHome } from '../helpers/temp-home.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const TIMEOUT = { timeout: 120_000 };
const terraform = requireTool('terraform');

interface Store {
  readonly flags: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

const STORES = [
  {
    kind: 's3',
    isHere: hasObjectStore(),
    async start(): Promise<Store> {
      const { url, bucket, env, end } = await startObjectStore();
      return { flags: { address: url, bucket }, env, end };
    },
  },
  {
    kind: 'http',
    isHere: true,
    async start(): Promise<Store> {
      const { url, env, end } = await startStateServer();
      return { flags: { address: url }, env, end };
    },
  },
] as const;

interface Desk {
  readonly ctx: Context;
  readonly owner: StateOwner;
  run(command: typeof backend, words?: { arg?: string; flags?: Record<string, string | boolean> }): Promise<string>;
}

let clusters = 0;

async function desk(env: Readonly<Record<string, string>>, name = `s${++clusters}`): Promise<Desk> {
  const home = await tempHome();
  const ctx = await createTestContext({ home, env: { PATH: process.env['PATH'], HOME: home, ...env }, global: { cluster: name } });
  const paths = ctx.paths.cluster(name);
  await mkdir(paths.dir, { recursive: true, mode: 0o700 });
  await writeFile(paths.file, `version: 1\nname: ${name}\ntarget: local\n`, { mode: 0o600 });
  return {
    ctx,
    owner: stateOwner((await openCluster(ctx, name)).cluster),
    async run(command, { arg, flags = {} } = {}) {
      return (await command.run({ args: { kind: arg, name: command === backend ? undefined : name }, flags }, ctx))?.text ?? '';
    },
  };
}

/** The same, once its settings say a place. */
async function ownerNow({ ctx, owner: { name } }: Desk): Promise<StateOwner> {
  return stateOwner((await openCluster(ctx, name)).cluster);
}

describe.each(STORES)('states kept with $kind', ({ kind, isHere, start }) => {
  const here = isHere && terraform !== undefined;
  let store: Store;
  beforeAll(async () => {
    if (here) store = await start();
  }, 60_000);
  afterAll(() => store?.end());

  test.skipIf(!here)('a state moves there, terraform works on it, and it moves back, with its lineage', TIMEOUT, async () => {
    const at = await desk(store.env);
    const state = stateWith('11111111-aaaa');
    const { folder, state: file } = rootOf(at.owner.paths, 'cluster');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, state);
    await at.run(backend, { arg: kind, flags: store.flags });
    expect(await at.run(migrate)).toContain('cluster: moved to');
    expect(existsSync(file)).toBe(false);
    const owner = await ownerNow(at);
    const root = keptRoot(at.ctx, owner, 'cluster');
    expect(JSON.parse((await root.backend?.read()) ?? '')).toEqual(JSON.parse(state));
    expect(await at.run(migrate)).toContain('cluster: is in');

    const scope = await scopeOf({ ctx: at.ctx, owner }, things(2));
    await initScope(scope);
    expect(await applyRoot(scope, { what: 'make things' })).toMatchObject({ changes: { add: 1 } });
    expect(await planRoot(scope, { what: 'make things' })).toMatchObject({ pending: false });
    expect(await inventoryOf(scope)).toHaveLength(2);
    expect(await at.run(doctor, { flags: { offline: true } })).toContain('All is as it should be');

    await at.run(backend, { arg: 'local' });
    expect(await at.run(migrate)).toContain(`cluster: moved to ${file}`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ lineage: '11111111-aaaa' });
    const left = await thrown(async () => inventoryOf({ root: keptRoot(at.ctx, owner, 'cluster') }));
    expect(left).toMatchObject({ code: 'state-moved' });
    await keptRoot(at.ctx, owner, 'cluster').backend?.keep(stateWith('22222222-bbbb'));
    await at.run(backend, { arg: kind, flags: store.flags });
    expect(await thrown(() => at.run(migrate))).toMatchObject({ code: 'state-foreign' });
    const lineages = [readFileSync(file, 'utf8'), await root.backend?.read()].map(
      (text) => (JSON.parse(text ?? '') as { lineage: string }).lineage,
    );
    expect(lineages).toEqual(['11111111-aaaa', '22222222-bbbb']);
  });

  test.skipIf(!here)('one run at a time, wherever it runs; one that was killed here has lost its lock', TIMEOUT, async () => {
    const at = await desk(store.env);
    await at.run(backend, { arg: kind, flags: store.flags });
    const owner = await ownerNow(at);
    const held = await takeRunLock(at.ctx, owner, { command: 'nomadctl up', run: 'run-1' });
    const refused = await thrown(() => takeRunLock(at.ctx, owner, { command: 'nomadctl down', run: 'run-2' }));
    expect(refused).toMatchObject({ code: 'run-held', exitCode: 5, details: { pid: process.pid, run: 'run-1' } });
    expect(await thrown(() => at.run(unlock))).toMatchObject({ code: 'lock-lives' });
    await held?.release();
    expect(await at.run(unlock)).toContain('Nobody holds a lock');

    const { runOwner } = await import('../../src/state/lock/run-owner.js');
    const alive = runOwner({ command: 'nomadctl up', run: 'r', since: 0 });
    for (const other of [
      { ...alive, pid: 4242, host: 'elsewhere', user: 'ann' },
      { ...alive, ...(await deadOwner()) },
    ]) {
      await plant(kind, { store, owner }, other);
      const take = (): ReturnType<typeof takeRunLock> => takeRunLock(at.ctx, owner, { command: 'nomadctl up', run: 'run-3' });
      if (other.host !== 'elsewhere') {
        await (await take())?.release();
        continue;
      }
      expect(await thrown(take)).toMatchObject({ code: 'run-held', message: expect.stringContaining('of ann on elsewhere') as string });
      expect(await at.run(unlock, { flags: { plan: true } })).toContain('process 4242 of ann on elsewhere');
      await unlock.run({ args: { name: owner.name }, flags: {} }, { ...at.ctx, global: { ...at.ctx.global, yes: true } });
    }
    // Two who come at once: one gets it.
    const both = await Promise.allSettled([1, 2].map((run) => takeRunLock(at.ctx, owner, { command: 'nomadctl up', run: `both-${run}` })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const one of both) if (one.status === 'fulfilled') await one.value?.release();
  });

  test.skipIf(!here)("a killed terraform's own lock is taken away, and shown before", TIMEOUT, async () => {
    const at = await desk(store.env);
    await at.run(backend, { arg: kind, flags: store.flags });
    const owner = await ownerNow(at);
    const mark = join(at.ctx.paths.home, 'begun');
    const slow = `  provisioner "local-exec" {\n    command = "touch ${mark}; exec sleep 300"\n  }\n`;
    const scope = await scopeOf({ ctx: at.ctx, owner }, things(1, slow));
    await initScope(scope);
    const applying = applyRoot(scope, { what: 'make things' }).catch((error: unknown) => error);
    await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true);
    const [, stat = ''] = readFileSync(scope.root.processFile, 'utf8').split('\n');
    process.kill(Number.parseInt(stat, 10), 'SIGKILL');
    await applying;
    expect(await at.run(unlock, { flags: { plan: true } })).toContain("terraform's lock on the cluster");
    await writeFile(join(scope.root.folder, 'main.tf'), things(1));
    await endOfEarlierRun(at.ctx, scope.root);
    await applyRoot(scope, { what: 'make things' });
    expect(await inventoryOf(scope)).toHaveLength(1);
  });

  test.skipIf(!here)('an empty home attaches to a cluster whose home is gone', TIMEOUT, async () => {
    const at = await desk(store.env);
    const { recipient } = (await key.run({ args: {}, flags: {} }, at.ctx))?.data as { recipient: string };
    await at.run(backend, { arg: kind, flags: { ...store.flags, recipient } });
    const { cluster } = await openCluster(at.ctx, at.owner.name);
    const request = {
      cluster: cluster.name,
      paths: cluster.paths,
      command: 'nomadctl up',
      beside: besideLock(at.ctx, cluster, 'nomadctl up'),
    };
    await inSession(at.ctx, request, ({ journal }) => journal.update(({ state }) => void (state['network'] = 'made')));
    const other = await createTestContext({ home: await tempHome(), env: at.ctx.env });
    const flags = { ...store.flags, backend: kind, key: join(at.ctx.paths.home, 'age-key.txt') };
    expect((await attach.run({ args: { cluster: cluster.name }, flags }, other))?.text).toContain('can be worked on from here');
    expect(readFileSync(other.paths.cluster(cluster.name).journal, 'utf8')).toContain('"network": "made"');
  });

  test.skipIf(!here)('who is not let in is told what is missing', TIMEOUT, async () => {
    const at = await desk({
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'wrong-secret',
      TF_HTTP_USERNAME: 'x',
      TF_HTTP_PASSWORD: 'y-wrong',
    });
    const refused = await thrown(() => at.run(backend, { arg: kind, flags: store.flags }));
    expect(refused).toMatchObject({ code: 'state-forbidden', exitCode: 3 });
    expect(readFileSync(at.owner.paths.file, 'utf8')).not.toContain(kind);
    const away = await thrown(() => at.run(backend, { arg: kind, flags: { ...store.flags, address: 'http://127.0.0.1:1' } }));
    expect(away).toMatchObject({ code: 'state-unreachable', exitCode: 3 });
  });
});

describe('places that cannot do', () => {
  test('an HTTP server without LOCK is refused before it becomes a setting', TIMEOUT, async () => {
    const server = await startStateServer({ locks: 'none' });
    const at = await desk(server.env);
    const refused = await thrown(() => at.run(backend, { arg: 'http', flags: { address: server.url } }));
    await server.end();
    expect(refused).toMatchObject({ code: 'state-no-locks', exitCode: 3 });
  });

  test('without keys to an S3-compatible store nothing is asked', TIMEOUT, async () => {
    const at = await desk({});
    const flags = { address: 'http://127.0.0.1:1', bucket: 'states' };
    expect(await thrown(() => at.run(backend, { arg: 's3', flags }))).toMatchObject({ code: 'state-keys-missing', exitCode: 3 });
    await mkdir(join(at.ctx.paths.home, '.aws'));
    await writeFile(
      join(at.ctx.paths.home, '.aws', 'credentials'),
      '[default]\naws_access_key_id = some\naws_secret_access_key = secret-of-a-file\n',
    );
    expect(await thrown(() => at.run(backend, { arg: 's3', flags }))).toMatchObject({ code: 'state-unreachable' });
  });
});

/** A lock of a run as another computer would have taken it. */
async function plant(kind: 's3' | 'http', { store, owner }: { store: Store; owner: StateOwner }, other: object): Promise<void> {
  if (kind === 's3') {
    const { objectStoreOf } = await import('../../src/state/backend/s3-backend.js');
    const objects = await objectStoreOf({ env: store.env, redact: { add: () => {} } as unknown as Context['redact'] }, owner);
    const signal = AbortSignal.timeout(10_000);
    const there = await objects.read(`nomadctl/${owner.name}/.run`, signal);
    await objects.write(`nomadctl/${owner.name}/.run`, Buffer.from(JSON.stringify(other)), { tag: there?.tag, signal });
    return;
  }
  const pair = Buffer.from(`${store.env['TF_HTTP_USERNAME']}:${store.env['TF_HTTP_PASSWORD']}`).toString('base64');
  const body = JSON.stringify({ ID: 'planted', Info: JSON.stringify(other), Who: 'ann@elsewhere' });
  await fetch(`${owner.place.address}/nomadctl/${owner.name}/run`, { method: 'LOCK', headers: { authorization: `Basic ${pair}` }, body });
}
