import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJournal } from '../../../src/engine/journal.js';
import { lockOwner } from '../../../src/engine/lock.js';
import { inSession, type Session, type SessionRequest } from '../../../src/engine/session.js';
import { runPlan } from '../../../src/engine/run-plan.js';
import { stepsFor } from '../../../src/engine/step.js';
import { AbortError, ToolError, type NomadctlError } from '../../../packages/base/src/errors.js';
import { hintLine } from '../../helpers/hint-line.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const { defineStep } = stepsFor<object, object>();

async function setUp(more: Partial<SessionRequest> = {}) {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  const request = { cluster: 'dev', paths, command: 'nomadctl up dev', ...more };
  return {
    paths,
    session: <T>(work: (session: Session) => Promise<T>) => inSession(ctx, request, work),
    runs: async () => (await readJournal(paths.journal, 'dev')).runs,
  };
}

test('holds the lock and records the run from before the work until after it', async () => {
  const { paths, session, runs } = await setUp();
  const result = await session(async ({ log }) => {
    expect(await lockOwner(paths.lock)).toMatchObject({ pid: process.pid, command: 'nomadctl up dev' });
    expect(await runs()).toMatchObject([{ plan: 'nomadctl up dev', outcome: 'running' }]);
    expect((await stat(log.dir)).mode & 0o777).toBe(0o700);
    log.write('a', 'said');
    return 42;
  });
  expect(result).toBe(42);
  expect(await lockOwner(paths.lock)).toBeUndefined();
  const [run] = await runs();
  expect(run).toMatchObject({ outcome: 'succeeded' });
  expect(run?.finishedAt).toBeGreaterThanOrEqual(run?.startedAt ?? Infinity);
  expect(run?.id).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+Z$/);
  expect(await readdir(join(paths.logs, run?.id ?? ''))).toEqual(['a.log']);
});

test.each([
  [new ToolError('it broke', { code: 'tool-failed' }), 'failed'],
  [new TypeError('a bug'), 'failed'],
  [new AbortError('Interrupted', 130), 'interrupted'],
])('%s passes through, is recorded as %s, and the lock is free again', async (error, outcome) => {
  const { paths, session, runs } = await setUp();
  expect(await thrown(() => session(() => Promise.reject(error)))).toBe(error);
  expect(await runs()).toMatchObject([{ outcome }]);
  expect(await lockOwner(paths.lock)).toBeUndefined();
});

test('what a killed run left half written goes first, also among files of terraform', async () => {
  const { paths, session } = await setUp();
  const halves = ['journal.json.0a1b2c3d.tmp', 'terraform/left-places.json.0a1b2c3d.tmp', 'terraform/network/place.json.0a1b2c3d.tmp'];
  const others = ['terraform/network/terraform.tfstate', 'terraform/network/process.tmp'];
  await mkdir(join(paths.dir, 'terraform/network'), { recursive: true });
  for (const file of [...halves, ...others]) await writeFile(join(paths.dir, file), 'half');
  await session(async () => undefined);
  const left = (await readdir(paths.dir, { recursive: true })).filter((name) => [...halves, ...others].includes(name));
  expect(left.sort()).toEqual(others.sort());
});

/** A lock beside the home that is lost when the test says so. */
function besideThat(confirm?: () => void) {
  const taken = new AbortController();
  const kept: string[] = [];
  const beside = () =>
    Promise.resolve({
      lost: taken.signal,
      confirm: () => Promise.resolve(confirm?.()),
      journalled: () => Promise.resolve(),
      release: () => Promise.resolve(void kept.push('released')),
    });
  return { beside, kept, lose: () => taken.abort(new Error('ann has it')) };
}

test('a run that loses its lock ends with a code of its own, whatever came of its work', async () => {
  for (const ends of ['with the signal', 'well', 'badly'] as const) {
    const { beside, kept, lose } = besideThat();
    const { session, runs } = await setUp({ beside });
    const lost = await thrown(() =>
      session(async ({ ctx }) => {
        lose();
        expect(ctx.signal.aborted).toBe(true);
        if (ends === 'badly') throw new TypeError('a bug');
        if (ends === 'with the signal') ctx.signal.throwIfAborted();
      }),
    );
    expect(lost).toMatchObject({ code: 'lock-lost', exitCode: 6, why: ['ann has it', expect.stringContaining('nothing more was begun')] });
    expect(hintLine((lost as NomadctlError).next)).toContain('continues, once nobody else is at work');
    expect([kept, await runs()]).toMatchObject([['released'], [{ outcome: 'interrupted' }]]);
  }
});

test('no step begins whose run has lost its lock while it was written down', async () => {
  const began: string[] = [];
  const { beside, lose } = besideThat(() => began.length === 1 && lose());
  const { session } = await setUp({ beside });
  const stepOf = (id: string) => defineStep({ id, title: `Doing ${id}`, run: () => Promise.resolve(void began.push(id)) });
  const plan = { id: 'test', steps: [stepOf('first'), stepOf('second')] };
  const lost = await thrown(() => session(({ ctx, ...more }) => runPlan(plan, ctx, { subject: {}, ...more })));
  expect(lost).toMatchObject({
    code: 'lock-lost',
    why: ['ann has it', expect.stringMatching(/^Interrupted while "Doing (first|second)"/), expect.any(String)],
  });
  expect(began).toEqual(['first']);
});

test('a Ctrl-C that came first is what ended the run', async () => {
  const { beside, lose } = besideThat();
  const stop = new AbortController();
  const ctx = { ...(await createTestContext()), signal: stop.signal };
  const request = { cluster: 'dev', paths: ctx.paths.cluster('dev'), command: 'nomadctl up dev', beside };
  const ended = await thrown(() =>
    inSession(ctx, request, ({ ctx: alone }) => {
      stop.abort(new AbortError('Interrupted', 130));
      lose();
      alone.signal.throwIfAborted();
      return Promise.resolve();
    }),
  );
  expect(ended).toMatchObject({ code: 'interrupted', exitCode: 130 });
});

test('a second one at the same time is refused, and the first goes on', async () => {
  const { session, runs } = await setUp();
  await session(async () => expect(await thrown(() => session(async () => undefined))).toMatchObject({ code: 'lock-held', exitCode: 5 }));
  expect(await runs()).toMatchObject([{ outcome: 'succeeded' }]);
});

test('a journal that cannot be read keeps the work from starting, and frees the lock', async () => {
  const { paths, session } = await setUp();
  await mkdir(paths.dir, { recursive: true });
  await writeFile(paths.journal, '{');
  expect(await thrown(() => session(async () => expect.unreachable()))).toMatchObject({ code: 'journal-damaged' });
  expect(await lockOwner(paths.lock)).toBeUndefined();
});

describe('afterwards', () => {
  test('runs while the lock is held, when all is written; what it takes away stays away', async () => {
    const ctx = await createTestContext();
    const own = ctx.paths.cluster('dev');
    const afterwards = async (): Promise<void> => {
      expect(await lockOwner(own.lock)).toMatchObject({ pid: process.pid });
      await rm(own.dir, { recursive: true });
    };
    await inSession(ctx, { cluster: 'dev', paths: own, command: 'nomadctl down dev', afterwards }, async ({ log }) =>
      log.write('a', 'gone'),
    );
    await expect(stat(own.dir)).rejects.toThrow('ENOENT');
  });

  test('does not run after a failure', async () => {
    let ran = false;
    const { session } = await setUp({ afterwards: async () => void (ran = true) });
    await thrown(() => session(() => Promise.reject(new ToolError('it broke', { code: 'x' }))));
    expect(ran).toBe(false);
  });
});

test.each(['run', 'step'])('a %s that was killed is settled also where nothing else was under way', async (what) => {
  const { session, runs } = await setUp();
  await session(async ({ journal }) => {
    await journal.update((data) => {
      const times = { startedAt: 0, finishedAt: 0 };
      if (what === 'step') data.steps['a'] = { status: 'running', ...times, fingerprint: {}, detail: '' };
      else data.runs.unshift({ id: '0', plan: 'nomadctl up dev', pid: 1, outcome: 'running', ...times });
    });
  });
  await session(async ({ journal }) => expect(Object.values(journal.data.steps).map(({ status }) => status)).not.toContain('running'));
  expect((await runs()).map(({ outcome }) => outcome)).not.toContain('running');
});

test('what no run was killed over is left to whoever writes it', async () => {
  const { paths, session } = await setUp();
  const program = join(paths.agents, 'server-1', 'consul');
  await mkdir(program, { recursive: true });
  await writeFile(join(program, 'agent.json.0123abcd.tmp'), '');
  await session(async () => undefined);
  expect(await readdir(program)).toEqual(['agent.json.0123abcd.tmp']);
});

test('what a killed run left is settled: no step runs any more, and its half-written files are gone', async () => {
  const { paths, session, runs } = await setUp();
  await session(async ({ journal }) => {
    await journal.update(({ steps, runs: all }) => {
      steps['a'] = { status: 'running', startedAt: 0, finishedAt: 0, fingerprint: {}, detail: '' };
      steps['b'] = { status: 'succeeded', startedAt: 0, finishedAt: 0, fingerprint: {}, detail: '' };
      all.unshift({ id: '0', plan: 'nomadctl up dev', pid: 1, startedAt: 0, outcome: 'running' });
    });
  });
  const program = join(paths.agents, 'server-1', 'consul');
  const left = [
    join(paths.dir, 'journal.json.0123abcd.tmp'),
    join(paths.dir, 'lock.0123456789abcdef.claim'),
    join(program, 'agent.json.0123abcd.tmp'),
  ];
  await mkdir(program, { recursive: true });
  for (const file of [...left, join(program, 'agent.json'), join(program, 'notes.tmp')]) await writeFile(file, '');
  await session(async ({ journal }) => {
    expect(journal.data.steps).toMatchObject({ a: { status: 'interrupted' }, b: { status: 'succeeded' } });
  });
  expect((await runs()).map(({ outcome }) => outcome)).toEqual(['interrupted', 'succeeded', 'succeeded']);
  expect((await readdir(program)).sort()).toEqual(['agent.json', 'notes.tmp']);
  expect((await readdir(paths.dir)).filter((name) => /tmp|claim/.test(name))).toEqual([]);
});
