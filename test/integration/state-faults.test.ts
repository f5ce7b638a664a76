import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/context.js';
import { runPlan } from '../../src/engine/run-plan.js';
import { inSession } from '../../src/engine/session.js';
import { stepsFor } from '../../src/engine/step.js';
import { consulPolicy } from '../../src/state/backend/state-policy.js';
import { keptRoot } from '../../src/state/kept-root.js';
import { besideLock } from '../../src/state/lock/beside-lock.js';
import { runLockKey } from '../../src/state/lock/consul-run-lock.js';
import { runLockHolder, takeRunLock, takeRunLockAway } from '../../src/state/lock/run-lock.js';
import { runOwner } from '../../src/state/lock/run-owner.js';
import { HERE, type StateOwner } from '../../src/state/state-owner.js';
import { applyRoot, planRoot, pushErroredState } from '../../src/terraform/apply-root.js';
import { endOfEarlierRun } from '../../src/terraform/earlier-run.js';
import { inventoryOf } from '../../src/terraform/inventory.js';
import { stateText } from '../../src/terraform/state-text.js';
import type { TerraformScope } from '../../src/terraform/terraform-scope.js';
import { requireTool } from '../helpers/require-tool.js';
import { startStateConsul, type StateConsul } from '../helpers/state-consul.js';
import { startStateConsuls, type StateConsuls } from '../helpers/state-consuls.js';
import { initScope, scopeOf, things } from '../helpers/state-desk.js';
import { tempHome } from '../helpers/temp-home.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const TIMEOUT = { timeout: 180_000 };
const consul = requireTool('consul');
const isHere = consul !== undefined && requireTool('terraform') !== undefined;

const { defineStep } = stepsFor<object, object>();

let clusters = 0;

async function desk(place: Partial<StateOwner['place']>, env: Record<string, string> = {}): Promise<{ ctx: Context; owner: StateOwner }> {
  const [home, name] = [await tempHome(), `f${++clusters}`];
  const ctx = await createTestContext({ home, env: { PATH: process.env['PATH'], HOME: home, ...env } });
  const paths = ctx.paths.cluster(name);
  await mkdir(paths.dir, { recursive: true, mode: 0o700 });
  return { ctx, owner: { name, paths, place: { ...HERE, backend: 'consul', ...place } } };
}

/** An apply that has made its first thing, and goes on when it is told to. */
async function halfWay(at: { ctx: Context; owner: StateOwner }) {
  const [mark, go] = [join(at.owner.paths.dir, 'begun'), join(at.owner.paths.dir, 'go')];
  const wait = `  provisioner "local-exec" {\n    command = "touch ${mark}; while [ ! -e ${go} ]; do sleep 0.05; done"\n  }\n`;
  const scope = await scopeOf(at, things(2, wait));
  await initScope(scope);
  const applied = applyRoot(scope, { what: 'make things' });
  const applying = applied.catch((error: unknown) => error);
  await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true);
  return {
    ...{ scope, applied },
    async goOn() {
      await writeFile(go, '');
      return applying;
    },
  };
}

/** Another computer's run has the lock from one moment to the next. */
async function takeOver(url: string, cluster: string): Promise<void> {
  const Key = runLockKey(cluster);
  const [holder] = (await (await fetch(`${url}/v1/kv/${Key}`)).json()) as [{ Session: string; Value: string }];
  const { ID } = (await (await fetch(`${url}/v1/session/create`, { method: 'PUT', body: '{"TTL": "60s"}' })).json()) as { ID: string };
  const mine = { ...runOwner({ command: 'nomadctl down', run: 'run-2', since: Date.now() }), pid: 42, user: 'ann', host: 'elsewhere' };
  const locks = [
    { Verb: 'unlock', Key, Value: holder.Value, Session: holder.Session },
    { Verb: 'lock', Key, Value: Buffer.from(JSON.stringify(mine)).toString('base64'), Session: ID },
  ];
  const taken = await fetch(`${url}/v1/txn`, { method: 'PUT', body: JSON.stringify(locks.map((KV) => ({ KV }))) });
  expect(taken.ok).toBe(true);
}

/** What the next run does first, and whether anything is left for it to make. */
async function nextRun(scope: TerraformScope): Promise<{ pending: boolean }> {
  await endOfEarlierRun(scope.ctx, scope.root);
  await pushErroredState(scope);
  return planRoot(scope, { what: 'make things' });
}

describe.skipIf(!isHere)('servers of Consul that go under an apply', () => {
  let servers: StateConsuls;
  beforeAll(async () => {
    servers = await startStateConsuls(consul ?? '');
  }, 90_000);
  afterAll(() => servers?.end());

  test('the leader goes: the apply ends well, and the run has its lock again', TIMEOUT, async () => {
    const leader = await servers.leader();
    const at = await desk({ address: servers.urls[(leader + 1) % 3] ?? '' });
    const lock = await takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-1' });
    const { scope, goOn } = await halfWay(at);
    await servers.kill(leader);
    await servers.leader();
    expect(await goOn()).toMatchObject({ changes: { add: 2 } });
    expect(await nextRun(scope)).toMatchObject({ pending: false });
    await expect.poll(async () => (await runLockHolder(at.ctx, at.owner))?.owner?.run, { timeout: 60_000 }).toBe('run-1');
    await lock?.release();
    servers.start(leader);
    await servers.settled();
  });

  test('the lock goes to another run under an apply: it is interrupted once and waited for, and nothing more begins', TIMEOUT, async () => {
    const at = await desk({ address: servers.urls[await servers.leader()] ?? '' });
    const { name, paths, place } = at.owner;
    const settings = { 'state.backend': 'consul', 'state.address': place.address };
    const request = { cluster: name, paths, command: 'nomadctl up', beside: besideLock(at.ctx, { name, paths, settings }, 'nomadctl up') };
    const began: string[] = [];
    let said = '';
    const run = inSession(at.ctx, request, async ({ ctx, ...session }) => {
      const { scope, applied } = await halfWay({ ctx, owner: at.owner });
      const apply = defineStep({
        id: 'apply',
        title: 'Making things',
        async run() {
          began.push('apply');
          await applied.finally(async () => (said = await readFile(scope.root.outputFile, 'utf8')));
        },
      });
      const after = defineStep({ id: 'after', title: 'Going on', run: () => Promise.resolve(void began.push('after')) });
      void expect
        .poll(() => began, { timeout: 60_000 })
        .toEqual(['apply'])
        .then(() => takeOver(place.address, name));
      return runPlan({ id: 'test', steps: [apply, after] }, ctx, { subject: {}, ...session });
    });
    expect(await thrown(() => run)).toMatchObject({
      ...{ code: 'lock-lost', exitCode: 6 },
      why: [
        expect.stringMatching(/^another nomadctl has the lock: nomadctl down \(process 42 of ann on elsewhere\)$/),
        expect.stringMatching(/^Interrupted while "Making things" \(step 1 of 2\)$/),
        expect.any(String),
      ],
    });
    expect([began, said.match(/Interrupt received/g)?.length, /[Tt]wo interrupts/.test(said)]).toEqual([['apply'], 1, false]);
    const left = await stateText(keptRoot(at.ctx, at.owner, 'cluster'));
    expect(JSON.parse(left ?? '')).toMatchObject({ resources: [{ name: 'thing' }] });
    expect((await runLockHolder(at.ctx, at.owner))?.owner).toMatchObject({ user: 'ann', run: 'run-2' });
  });

  test('a session that ends by itself is replaced; a lock that a person took away is lost for good', TIMEOUT, async () => {
    const at = await desk({ address: servers.urls[await servers.leader()] ?? '' });
    const lock = await takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-1' });
    const first = (await runLockHolder(at.ctx, at.owner))?.id ?? '';
    await fetch(`${at.owner.place.address}/v1/session/destroy/${first}`, { method: 'PUT' });
    await expect.poll(async () => (await runLockHolder(at.ctx, at.owner))?.id ?? first, { timeout: 30_000 }).not.toBe(first);
    await lock?.confirm?.();
    expect(lock?.lost?.aborted).toBe(false);
    await takeRunLockAway(at.ctx, at.owner, (await runLockHolder(at.ctx, at.owner))?.id ?? '');
    await expect.poll(() => lock?.lost?.aborted, { timeout: 30_000 }).toBe(true);
    expect(String(lock?.lost?.reason)).toContain('somebody has taken it away by hand');
    await lock?.release();
    expect(await runLockHolder(at.ctx, at.owner)).toBeUndefined();
  });

  test('two of three go: what was made is kept in a file, and the next run takes it over', TIMEOUT, async () => {
    const leader = await servers.leader();
    const others = [0, 1, 2].filter((index) => index !== (leader + 1) % 3);
    const at = await desk({ address: servers.urls[(leader + 1) % 3] ?? '' });
    const { scope, goOn } = await halfWay(at);
    for (const index of others) await servers.kill(index);
    expect(await goOn()).toMatchObject({ code: 'state-not-kept', exitCode: 1 });
    expect(existsSync(join(scope.root.folder, 'errored.tfstate'))).toBe(true);
    const meanwhile = await thrown(() => takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-2' }));
    expect(meanwhile).toMatchObject({ code: 'state-unreachable', exitCode: 3 });
    expect(await thrown(() => inventoryOf(scope))).toMatchObject({ code: 'state-unreachable' });
    for (const index of others) servers.start(index);
    await servers.settled();
    expect(await nextRun(scope)).toMatchObject({ pending: false });
    expect(await inventoryOf(scope)).toHaveLength(2);
  });

  test('a snapshot is put back under an apply: its state is whole all the same; after it, the loss is refused', TIMEOUT, async () => {
    const at = await desk({ address: servers.urls[await servers.leader()] ?? '' });
    const url = at.owner.place.address;
    const before = Buffer.from(await (await fetch(`${url}/v1/snapshot`)).arrayBuffer());
    const restore = async (): Promise<boolean> => (await fetch(`${url}/v1/snapshot`, { method: 'PUT', body: before })).ok;
    const lock = await takeRunLock(at.ctx, at.owner, { command: 'nomadctl up', run: 'run-1' });
    const { scope, goOn } = await halfWay(at);
    expect(await restore()).toBe(true);
    expect(await goOn()).toMatchObject({ changes: { add: 2 } });
    expect(await nextRun(scope)).toMatchObject({ pending: false });
    await expect.poll(async () => (await runLockHolder(at.ctx, at.owner))?.owner?.run, { timeout: 60_000 }).toBe('run-1');
    await lock?.release();
    expect(await restore()).toBe(true);
    expect(await thrown(() => planRoot(scope, { what: 'make things' }))).toMatchObject({ code: 'state-missing' });
  });
});

describe.skipIf(!isHere)('a token, and a store that takes no more', () => {
  let secured: StateConsul;
  beforeAll(async () => {
    secured = (await startStateConsul()) as StateConsul;
  }, 90_000);
  afterAll(() => secured?.end());

  test('a token revoked in the middle: what was made is in a file, and a new token goes on', TIMEOUT, async () => {
    const place = { address: secured.url, ca: secured.ca };
    const token = await secured.tokenWith(consulPolicy(`f${clusters + 1}`));
    const at = await desk(place, { CONSUL_HTTP_TOKEN: token });
    const { scope, goOn } = await halfWay(at);
    const { AccessorID } = await secured.askAs<{ AccessorID: string }>(token, 'GET', '/v1/acl/token/self');
    await secured.ask('DELETE', `/v1/acl/token/${AccessorID}`);
    expect(await goOn()).toMatchObject({ code: 'state-not-kept' });
    expect(await thrown(() => inventoryOf(scope))).toMatchObject({ code: 'state-forbidden', exitCode: 3 });

    const other = await secured.tokenWith(consulPolicy(at.owner.name));
    const ctx = { ...at.ctx, env: { ...at.ctx.env, CONSUL_HTTP_TOKEN: other } };
    const going = await scopeOf({ ctx, owner: at.owner }, things(2));
    await initScope(going);
    expect(await nextRun(going)).toMatchObject({ pending: false });
    expect(await inventoryOf(going)).toHaveLength(2);
  });
});
