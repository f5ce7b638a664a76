import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command as attach } from '../../src/commands/state/attach.js';
import { command as backend } from '../../src/commands/state/backend.js';
import { command as key } from '../../src/commands/state/key.js';
import { command as migrate } from '../../src/commands/state/migrate.js';
import { command as unlock } from '../../src/commands/state/unlock.js';
import type { Context } from '../../src/context.js';
import { inSession } from '../../src/engine/session.js';
import { newAgeKey } from '../../src/state/home/age-seal.js';
import { besideLock } from '../../src/state/lock/beside-lock.js';
import { openCluster } from '../../src/targets/open-cluster.js';
import { keptRoot } from '../../src/state/kept-root.js';
import { takeRunLock } from '../../src/state/lock/run-lock.js';
import type { StateOwner } from '../../src/state/state-owner.js';
import { applyRoot, planRoot } from '../../src/terraform/apply-root.js';
import { endOfEarlierRun } from '../../src/terraform/earlier-run.js';
import { inventoryOf } from '../../src/terraform/inventory.js';
import { rootOf } from '../../src/terraform/root.js';
import { stateText } from '../../src/terraform/state-text.js';
import { writeSecretFile } from '../../packages/base/src/secret/secret-file.js';
import { secretOf } from '../helpers/secret-values.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli } from '../helpers/run-cli.js';
import { deadOwner, initScope as init, scopeOf, stateWith, things } from '../helpers/state-desk.js';
import { startStateConsul, type StateConsul } from '../helpers/state-consul.js';
import { tempHome } from '../helpers/temp-home.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const terraform = requireTool('terraform');
const TIMEOUT = { timeout: 120_000 };

let consul: StateConsul;
beforeAll(async () => {
  if (requireTool('consul')) consul = (await startStateConsul()) as StateConsul;
}, 60_000);
afterAll(() => consul?.end());

const policy = (name: string): string =>
  `key_prefix "nomadctl/${name}/" {\n  policy = "write"\n}\nsession_prefix "" {\n  policy = "write"\n}`;

interface Desk {
  readonly ctx: Context;
  readonly owner: StateOwner;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A command of the group, as typed. */
  run(command: typeof backend, words?: { arg?: string; flags?: Record<string, string | boolean> }): Promise<string>;
}

let clusters = 0;

/** A home with a cluster whose token has just what the policy says. */
async function desk(settings: Partial<StateOwner['place']> = {}, more: { name?: string; home?: string } = {}): Promise<Desk> {
  const { name = `c${++clusters}`, home = await tempHome() } = more;
  const token = await consul.tokenWith(policy(name));
  const env = { PATH: process.env['PATH'], HOME: home, CONSUL_HTTP_TOKEN: token };
  const place = { backend: 'consul', address: consul.url, ca: consul.ca, bucket: '', region: 'us-east-1', ...settings };
  const ctx = await createTestContext({ home, env, global: { cluster: name } });
  const paths = ctx.paths.cluster(name);
  await mkdir(paths.dir, { recursive: true, mode: 0o700 });
  const state = place.backend === 'consul' ? `state:\n  backend: consul\n  address: ${consul.url}\n  ca: ${consul.ca}\n` : '';
  await writeFile(paths.file, `version: 1\nname: ${name}\ntarget: local\n${state}`, { mode: 0o600 });
  const run: Desk['run'] = async (command, { arg, flags = {} } = {}) => {
    const result = await command.run({ args: { kind: arg, name: command === backend ? undefined : name }, flags }, ctx);
    return result?.text ?? '';
  };
  return { ctx, owner: { name, paths, place }, home, env, run };
}

async function withLocal({ owner }: Desk, state: string): Promise<string> {
  const { folder, state: file } = rootOf(owner.paths, 'cluster');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, state);
  return file;
}

/** What is kept of the root `cluster`, wherever its cluster's settings keep it. */
async function keptState({ ctx, owner }: { readonly ctx: Context; readonly owner: StateOwner }): Promise<string | undefined> {
  return stateText(keptRoot(ctx, owner, 'cluster'));
}

describe.skipIf(!terraform || !requireTool('consul'))('states in a secured Consul', () => {
  test('the policy that is printed is enough, and a token with less is told so', TIMEOUT, async () => {
    const at = await desk({ backend: 'local' });
    expect(await at.run(backend, { flags: { policy: true } })).toBe(policy(at.owner.name));
    const flags = { address: consul.url, ca: consul.ca };
    const poor = await consul.tokenWith(`key_prefix "nomadctl/" {\n  policy = "write"\n}`);
    const poorly = { ...at.ctx, env: { ...at.env, CONSUL_HTTP_TOKEN: poor } };
    const refused = await thrown(() => backend.run({ args: { kind: 'consul' }, flags }, poorly));
    expect(refused).toMatchObject({ code: 'state-forbidden', exitCode: 3 });
    expect(readFileSync(at.owner.paths.file, 'utf8')).not.toContain('consul');
    await at.run(backend, { arg: 'consul', flags });
    expect(readFileSync(at.owner.paths.file, 'utf8')).toContain(`address: ${consul.url}`);
  });

  test('terraform works with it: plan, apply, a second time nothing; no token in any file', TIMEOUT, async () => {
    const at = await desk();
    const scope = await scopeOf(at, things(3));
    await init(scope);
    expect(await applyRoot(scope, { what: 'make things' })).toMatchObject({ changes: { add: 3 } });
    expect(await planRoot(scope, { what: 'make things' })).toMatchObject({ pending: false });
    expect(await inventoryOf(scope)).toHaveLength(3);
    expect(existsSync(scope.root.state)).toBe(false);
    expect(await keptState(at)).toContain('terraform_data');
    const files = readdirSync(at.home, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) => one.isFile());
    const holding = files.filter((one) => readFileSync(join(one.parentPath, one.name)).includes(String(at.env['CONSUL_HTTP_TOKEN'])));
    expect(holding.map(({ name }) => name)).toEqual([]);

    // And here, where terraform has been told of Consul.
    await at.run(backend, { arg: 'local' });
    await at.run(migrate);
    await rm(join(scope.root.folder, 'backend.tf'));
    const home = await scopeOf({ ctx: at.ctx, owner: { ...at.owner, place: { ...at.owner.place, backend: 'local' } } }, things(4));
    await init(home);
    expect(await applyRoot(home, { what: 'make things' })).toMatchObject({ changes: { add: 1 } });
    expect(existsSync(scope.root.state)).toBe(true);
    // Of an apply that outlived its run nobody has made a copy: whoever finds nothing to do makes it.
    await rm(home.root.backups, { recursive: true });
    expect(await planRoot(home, { what: 'make things' })).toMatchObject({ pending: false });
    expect(readdirSync(home.root.backups).filter((name) => name.endsWith('.tfstate'))).toHaveLength(1);
  });

  test('moves there and back with lineage and serial; what is there of another one stays', TIMEOUT, async () => {
    const at = await desk();
    const state = stateWith('11111111-aaaa');
    const file = await withLocal(at, state);
    const refused = await thrown(async () => (await import('../../src/state/kept-root.js')).workRoot(at.ctx, at.owner, 'cluster'));
    expect(refused).toMatchObject({ code: 'state-elsewhere' });
    expect(await at.run(migrate, { flags: { plan: true } })).toContain('cluster: from');
    expect(await at.run(migrate)).toContain('cluster: moved to Consul');
    expect(JSON.parse((await keptState(at)) ?? '')).toEqual(JSON.parse(state));
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(join(file, '..')).filter((name) => name.startsWith('terraform.tfstate.moved-'))).toHaveLength(1);
    expect(await at.run(migrate)).toContain('cluster: is in Consul');
    // The same Consul by another name of the same computer: nothing may be put in place of the state.
    await at.run(backend, { arg: 'consul', flags: { address: consul.url.replace('127.0.0.1', 'localhost'), ca: consul.ca } });
    expect(await at.run(migrate)).toContain('cluster: is in Consul at https://localhost');
    expect(JSON.parse((await keptState(at)) ?? '')).toEqual(JSON.parse(state));

    await at.run(backend, { arg: 'local' });
    expect(await at.run(migrate)).toContain(`cluster: moved to ${file}`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(state));
    // Whoever still looks for it in Consul learns where it is.
    const other = await desk({}, { name: at.owner.name });
    const left = await thrown(async () => inventoryOf({ root: keptRoot(other.ctx, other.owner, 'cluster') }));
    expect(left).toMatchObject({ code: 'state-moved' });

    const foreign = await desk({}, { name: at.owner.name });
    const theirs = stateWith('22222222-bbbb');
    await keptRoot(foreign.ctx, foreign.owner, 'cluster').backend?.keep(theirs);
    await at.run(backend, { arg: 'consul', flags: { address: consul.url, ca: consul.ca } });
    expect(await thrown(() => at.run(migrate))).toMatchObject({ code: 'state-foreign' });
    expect(JSON.parse((await keptState(foreign)) ?? '')).toEqual(JSON.parse(theirs));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(state));
  });

  test('a state larger than a value of Consul may be keeps its lineage, too', TIMEOUT, async () => {
    const at = await desk();
    const state = stateWith('33333333-cccc', { bytes: 900_000 });
    expect(gzipSync(state).length).toBeGreaterThan(512 * 1024);
    await withLocal(at, state);
    expect(await at.run(migrate)).toContain('cluster: moved to Consul');
    expect(JSON.parse((await keptState(at)) ?? '')).toEqual(JSON.parse(state));
    const scope = await scopeOf(at, 'resource "terraform_data" "thing" {}');
    await init(scope);
    // Terraform reads the pieces, writes one of its own, and takes the others away.
    expect(await applyRoot(scope, { what: 'make things' })).toMatchObject({ changes: { change: 1 } });
    const keys = await consul.ask<string[]>('GET', `/v1/kv/nomadctl/${at.owner.name}/?keys`);
    expect(keys.filter((key) => key.includes('tfstate.'))).toEqual([]);
    expect(await inventoryOf(scope)).toHaveLength(1);
  });

  test('a state that is gone or has gone back is refused before any plan, and can be put back', TIMEOUT, async () => {
    const at = await desk();
    const scope = await scopeOf(at, things(2));
    await init(scope);
    await applyRoot(scope, { what: 'make things' });
    const before = await keptState(at);
    expect(await inventoryOf(scope)).toHaveLength(2);
    await consul.ask('DELETE', `/v1/kv/nomadctl/${at.owner.name}/cluster/`);
    expect(await thrown(() => planRoot(scope, { what: 'make things' }))).toMatchObject({ code: 'state-missing', exitCode: 1 });
    expect(await at.run(migrate, { flags: { putBack: true } })).toContain('cluster: put back into Consul');
    expect(await keptState(at)).toBe(before);
    expect(await planRoot(scope, { what: 'make things' })).toMatchObject({ pending: false });
    const older = JSON.stringify({ ...JSON.parse(before ?? ''), serial: 0, resources: [] });
    await consul.ask('PUT', `/v1/kv/nomadctl/${at.owner.name}/cluster/`, older);
    expect(await thrown(() => planRoot(scope, { what: 'make things' }))).toMatchObject({ code: 'state-older' });
    await consul.ask('PUT', `/v1/kv/nomadctl/${at.owner.name}/cluster/`, 'no JSON');
    expect(await thrown(() => inventoryOf(scope))).toMatchObject({ code: 'terraform-state-damaged' });
    await at.run(migrate, { flags: { putBack: true } });
    expect(await planRoot(scope, { what: 'make things' })).toMatchObject({ pending: false });
  });

  test('one run at a time: a living one is named, a dead one has lost its lock at once', TIMEOUT, async () => {
    const at = await desk();
    const held = await takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-1' });
    const refused = await thrown(() => takeRunLock(at.ctx, at.owner, { command: 'nomadctl down', run: 'run-2' }));
    expect(refused).toMatchObject({ code: 'run-held', exitCode: 5, details: { pid: process.pid, run: 'run-1' } });
    expect(await thrown(() => at.run(unlock))).toMatchObject({ code: 'lock-lives' });
    const stranger = { ...at.ctx, env: { ...at.env, CONSUL_HTTP_TOKEN: undefined } };
    const closed = await thrown(() => takeRunLock(stranger, at.owner, { command: 'nomadctl up', run: 'run-2' }));
    expect(closed).toMatchObject({ code: 'state-forbidden', exitCode: 3 });
    const away = { ...at.owner, place: { ...at.owner.place, address: 'https://127.0.0.1:1' } };
    const silent = await thrown(() => takeRunLock(at.ctx, away, { command: 'nomadctl up', run: 'run-2' }));
    expect(silent).toMatchObject({ code: 'state-unreachable', exitCode: 3 });
    await held?.release();
    expect(await at.run(unlock)).toContain('Nobody holds a lock');

    const other = {
      ...{ pid: 4242, started: 'other/1', host: 'elsewhere', user: 'ann', space: 'host' },
      command: 'nomadctl up',
      run: 'r',
      since: 0,
    };
    const dead = { ...other, ...(await deadOwner()) };
    for (const owner of [other, dead]) {
      const { ID } = await consul.ask<{ ID: string }>('PUT', '/v1/session/create', { TTL: '60s', LockDelay: '1s' });
      await consul.ask('PUT', `/v1/kv/nomadctl/${at.owner.name}/.run?acquire=${ID}`, owner);
      const take = (): Promise<unknown> => takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-3' });
      if (owner === dead) {
        const startedAt = Date.now();
        const taken = await takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-3' });
        expect(Date.now() - startedAt).toBeLessThan(7000);
        await taken?.release();
        continue;
      }
      expect(await thrown(take)).toMatchObject({ code: 'run-held', message: expect.stringContaining('of ann on elsewhere') as string });
      expect(await at.run(unlock, { flags: { plan: true } })).toContain('process 4242 of ann on elsewhere');
      const agreed = { ...at.ctx, global: { ...at.ctx.global, yes: true } };
      await unlock.run({ args: { name: at.owner.name }, flags: {} }, agreed);
    }
  });

  test('terraform that was killed with its run in mid-apply keeps the next run at most seven seconds', TIMEOUT, async () => {
    const at = await desk();
    const mark = join(at.home, 'begun');
    const slow = `resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "touch ${mark}; exec sleep 20"\n  }\n}\n`;
    const scope = await scopeOf(at, slow);
    await init(scope);
    const stop = new AbortController();
    const applying = applyRoot({ ...scope, ctx: { ...at.ctx, signal: stop.signal } }, { what: 'make things' }).catch(
      (error: unknown) => error,
    );
    await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true);
    const [, stat = ''] = readFileSync(scope.root.processFile, 'utf8').split('\n');
    process.kill(Number.parseInt(stat, 10), 'SIGKILL');
    await applying;
    const lock = await scope.root.backend?.lockHolder();
    expect(lock?.who).toContain(`@${hostname()}`);
    await writeFile(join(scope.root.folder, 'main.tf'), things(1));
    const startedAt = Date.now();
    await endOfEarlierRun(at.ctx, scope.root);
    await planRoot(scope, { what: 'make things' });
    expect(Date.now() - startedAt).toBeLessThan(7000);
  });

  test('an empty home attaches to a cluster whose home is gone, with a key of age and no other', TIMEOUT, async () => {
    const at = await desk();
    const { paths, name } = at.owner;
    const { recipient } = (await key.run({ args: {}, flags: {} }, at.ctx))?.data as { recipient: string };
    await at.run(backend, { arg: 'consul', flags: { address: consul.url, ca: consul.ca, recipient } });
    await writeSecretFile(paths.secrets, { nomadToken: secretOf('Planted-Secret-7') });
    await mkdir(join(paths.dir, 'ssh'), { mode: 0o700 });
    await writeFile(join(paths.dir, 'ssh', 'known_hosts'), 'uhost-1 ssh-ed25519 AAAA\n', { mode: 0o600 });
    const scope = await scopeOf(at, things(2));
    await init(scope);
    await applyRoot(scope, { what: 'make things' });
    const { cluster } = await openCluster(at.ctx, name);
    const command = 'nomadctl up';
    const request = { cluster: name, paths, command, beside: besideLock(at.ctx, cluster, command) };
    await inSession(at.ctx, request, ({ journal }) => journal.update(({ state }) => void (state['network'] = 'made')));
    const kept = await consul.ask<{ Value: string }[]>('GET', `/v1/kv/nomadctl/${name}/home/`);
    expect(gunzipSync(Buffer.from(kept[0]?.Value ?? '', 'base64')).toString()).not.toContain('Planted');

    const other = await createTestContext({ home: await tempHome(), env: at.env });
    const flags = { backend: 'consul', address: consul.url, ca: consul.ca, key: join(at.home, 'age-key.txt') };
    const asked = { args: { cluster: name }, flags };
    const { file: strange } = await newAgeKey();
    await writeFile(join(other.paths.home, 'strange.txt'), strange);
    const refused = await thrown(() => attach.run({ ...asked, flags: { ...flags, key: join(other.paths.home, 'strange.txt') } }, other));
    expect(refused).toMatchObject({ code: 'age-key-wrong' });
    expect(existsSync(other.paths.cluster(name).dir)).toBe(false);
    const result = await attach.run(asked, other);
    expect(result?.text).toContain('cluster  serial');
    const there = other.paths.cluster(name);
    for (const file of ['cluster.yaml', 'secrets.json', 'ssh/known_hosts'])
      expect(readFileSync(join(there.dir, file), 'utf8')).toBe(readFileSync(join(paths.dir, file), 'utf8'));
    expect(statSync(there.secrets).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(there.journal, 'utf8'))).toMatchObject({ state: { network: 'made' } });
    expect(await thrown(() => attach.run(asked, other))).toMatchObject({ code: 'cluster-exists' });
    const going = await scopeOf({ ...at, ctx: other, owner: { ...at.owner, paths: there } }, things(2));
    await init(going);
    expect(await planRoot(going, { what: 'make things' })).toMatchObject({ pending: false });
  });

  test('killed anywhere in a migration, the same command finishes it, there and back', TIMEOUT, async () => {
    const counted = await desk();
    const state = stateWith('44444444-dddd');
    await withLocal(counted, state);
    const count = join(counted.home, 'count');
    const words = (at: Desk): string[] => ['state', 'migrate', at.owner.name, '--json'];
    expect((await runCli(words(counted), { home: counted.home, env: counted.env, strike: `none count ${count}` })).code).toBe(0);
    const operations = Number(readFileSync(count, 'utf8'));
    expect(operations).toBeGreaterThan(10);
    for (let strike = operations; strike > 0; strike -= Math.ceil(operations / 5)) {
      const at = await desk();
      const file = await withLocal(at, state);
      const killed = await runCli(words(at), { home: at.home, env: at.env, strike: `SIGKILL operation ${strike}` });
      expect([0, 137]).toContain(killed.code);
      const copies = [await keptState(at), existsSync(file) ? readFileSync(file, 'utf8') : undefined];
      expect(copies.some((copy) => copy !== undefined && JSON.stringify(JSON.parse(copy)) === state)).toBe(true);
      expect((await runCli(words(at), { home: at.home, env: at.env })).code).toBe(0);
      expect(JSON.parse((await keptState(at)) ?? '')).toEqual(JSON.parse(state));
      expect(existsSync(file)).toBe(false);
    }
  });
});
