import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { openJournal, readJournal, type Journal } from '../../../src/engine/journal.js';
import { openRunLog } from '../../../src/engine/run-log.js';
import { runPlan } from '../../../src/engine/run-plan.js';
import { previewPlan } from '../../../src/engine/preview-plan.js';
import { type RunOptions } from '../../../src/engine/plan-run.js';
import { stepsFor, type AnyStep, type Plan, type Step } from '../../../src/engine/step.js';
import { AbortError, BugError, ConfigError, NomadctlError, ToolError } from '../../../packages/base/src/errors.js';
import { shell, type Hint } from '../../../packages/base/src/hint/hint.js';
import { recorderUi, type Recording } from '../../helpers/recorder-ui.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';
import { hintLine } from '../../helpers/hint-line.js';

interface State {
  address: string;
  leader: string;
  image: string;
}
interface Subject {
  /** Stands for the user's file. */
  readonly size: number;
}
type AnyTestStep = AnyStep<Subject, State>;
const { defineStep } = stepsFor<Subject, State>();

/** Lets everything that is ready happen. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface World {
  readonly ctx: Context;
  readonly recording: Recording;
  readonly controller: AbortController;
  readonly journalPath: string;
  /** Steps that ran, in order. */
  readonly ran: string[];
  now: number;
}

async function createWorld(): Promise<World> {
  const { ui, recording } = recorderUi();
  const controller = new AbortController();
  const world = { recording, controller, ran: [] as string[], now: 1_000_000 };
  const clock = { now: () => world.now, sleep: async () => undefined };
  const ctx = await createTestContext({ overrides: { ui, signal: controller.signal, clock } });
  return Object.assign(world, { ctx, journalPath: ctx.paths.cluster('dev').journal });
}

/** A step that notes that it ran. */
function step(world: World, id: string, more: Partial<Step<Subject, State, never>> = {}): AnyTestStep {
  const { run, ...rest } = more;
  return defineStep({
    id,
    title: `Doing ${id}`,
    ...rest,
    async run(at, io) {
      world.ran.push(id);
      return run?.(at, io);
    },
  });
}

const planOf = (...steps: Plan<Subject, State>['steps']): Plan<Subject, State> => ({ id: 'up', steps });

async function run(world: World, plan: Plan<Subject, State>, options: Partial<RunOptions<Subject, State>> & { size?: number } = {}) {
  const { size = 1, ...rest } = options;
  const journal = await openJournal(world.journalPath, 'dev');
  return runPlan(plan, world.ctx, { subject: { size }, journal, ...rest });
}

const journalOf = (world: World) => readJournal(world.journalPath, 'dev');
const outcomes = (world: World) => world.recording.plans.at(-1)?.outcomes;
const detailOf = (world: World, id: string): string | undefined => {
  const event = world.recording.plans.at(-1)?.events.findLast((found) => found.kind === 'finish' && found.id === id);
  return event?.kind === 'finish' ? event.detail : undefined;
};

describe('order', () => {
  test('steps run one after the other, and hand on what they return', async () => {
    const world = await createWorld();
    const seen: unknown[] = [];
    const plan = planOf(
      step(world, 'a', { run: async () => ({ state: { address: '127.0.64.1' }, detail: 'one address' }) }),
      defineStep({
        id: 'b',
        title: ({ state }) => `Waiting at ${state.address ?? 'nowhere'}`,
        requires: ['address'],
        async run({ state, size }) {
          seen.push(state.address, size);
          return { state: { leader: `${state.address}:8300` } };
        },
      }),
    );
    expect(await run(world, plan, { size: 7 })).toEqual({ state: { address: '127.0.64.1', leader: '127.0.64.1:8300' }, ran: 2 });
    expect(seen).toEqual(['127.0.64.1', 7]);
    expect(world.recording.plans[0]?.events).toEqual([
      { kind: 'start', id: 'a', title: 'Doing a' },
      { kind: 'finish', id: 'a', outcome: 'done', detail: 'one address' },
      { kind: 'start', id: 'b', title: 'Waiting at 127.0.64.1' },
      { kind: 'finish', id: 'b', outcome: 'done', detail: '' },
    ]);
    expect(world.recording.plans[0]?.ended).toBe(true);
    expect(await journalOf(world)).toMatchObject({
      state: { address: '127.0.64.1', leader: '127.0.64.1:8300' },
      steps: { a: { status: 'succeeded', detail: 'one address' }, b: { status: 'succeeded' } },
    });
  });

  test('the journal says running before a step begins, and when it began and ended', async () => {
    const world = await createWorld();
    const seen: unknown[] = [];
    const plan = planOf(step(world, 'a', { run: async () => (seen.push((await journalOf(world)).steps['a']), void (world.now += 5000)) }));
    await run(world, plan);
    expect(seen).toMatchObject([{ status: 'running', startedAt: 1_000_000 }]);
    expect((await journalOf(world)).steps['a']).toMatchObject({ status: 'succeeded', startedAt: 1_000_000, finishedAt: 1_005_000 });
  });

  test('steps of an inner array run side by side, and the next waits for all of them', async () => {
    const world = await createWorld();
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => (release = resolve));
    let waiting = 0;
    // Each waits for the other: one after the other would never end.
    const meet = async (): Promise<void> => {
      if (++waiting === 2) release();
      await both;
    };
    const plan = planOf([step(world, 'a', { run: meet }), step(world, 'b', { run: meet })], step(world, 'c'));
    await run(world, plan);
    expect(world.ran).toEqual(['a', 'b', 'c']);
  });

  test('patches of steps side by side are all kept', async () => {
    const world = await createWorld();
    const plan = planOf([
      step(world, 'a', { run: async () => (await settled(), { state: { address: 'x' } }) }),
      step(world, 'b', { run: async () => ({ state: { leader: 'y' } }) }),
      step(world, 'c', { run: async () => (await settled(), await settled(), { state: { image: 'z' } }) }),
    ]);
    expect((await run(world, plan)).state).toEqual({ address: 'x', leader: 'y', image: 'z' });
    expect((await journalOf(world)).state).toEqual({ address: 'x', leader: 'y', image: 'z' });
  });

  test('steps side by side add to the same value, whether they run or were done already', async () => {
    const world = await createWorld();
    const add =
      (word: string) =>
      ({ image = '' }: Partial<State>): Partial<State> => ({ image: image + word });
    const plan = planOf([
      step(world, 'a', { isDone: async () => ({ done: true, state: add('a') }) }),
      step(world, 'b', { isDone: async () => ({ done: true, state: add('b') }) }),
      step(world, 'c', { run: async () => ({ state: add('c') }) }),
    ]);
    expect([...((await run(world, plan)).state.image ?? '')].sort()).toEqual(['a', 'b', 'c']);
  });

  test('two steps of one id are refused', async () => {
    const world = await createWorld();
    expect(await thrown(() => run(world, planOf(step(world, 'a'), [step(world, 'a')])))).toMatchObject({ code: 'plan-ambiguous' });
    expect(world.ran).toEqual([]);
  });

  test('a step whose requirements nobody met says so, and does not run', async () => {
    const world = await createWorld();
    const needy = defineStep({ id: 'b', title: 'B', requires: ['address'], run: async () => void world.ran.push('b') });
    const error = await thrown(() => run(world, planOf(needy)));
    expect(error).toMatchObject({ code: 'state-missing', exitCode: 3 });
    expect(error.message).toContain('needs address');
    expect(error.why).toEqual(['no step of plan up before it sets address']);
    expect((await thrown(() => run(world, planOf(needy), { only: 'b' }))).why).toEqual(['the steps before it were left out']);
    expect(world.ran).toEqual([]);
  });

  test('steps see what was known beforehand, and what the journal knows of it comes first', async () => {
    const world = await createWorld();
    const seen: unknown[] = [];
    const look = step(world, 'look', { run: async ({ state }) => void seen.push({ ...state }) });
    const state = { address: 'beforehand', image: 'beforehand' };
    await run(world, planOf(step(world, 'a', { run: async () => ({ state: { address: 'journalled' } }) })));
    await run(world, planOf(look), { state });
    expect(seen).toEqual([{ address: 'journalled', image: 'beforehand' }]);
  });

  test('steps get no user interface', async () => {
    const world = await createWorld();
    let seen: object = {};
    await run(world, planOf(step(world, 'a', { run: async (at) => void (seen = at) })));
    expect(seen).not.toHaveProperty('ui');
    expect(seen).toHaveProperty('exec');
  });
});

describe('a second run', () => {
  test('skips what is done, and says since when', async () => {
    const world = await createWorld();
    const plan = planOf(step(world, 'a', { run: async () => ({ detail: 'consul 1.22.0', state: { address: 'x' } }) }), step(world, 'b'));
    await run(world, plan);
    world.now += 12 * 60_000;
    expect(await run(world, plan)).toEqual({ state: { address: 'x' }, ran: 0 });
    expect(world.ran).toEqual(['a', 'b']);
    expect(outcomes(world)).toEqual({ a: 'skipped', b: 'skipped' });
    expect([detailOf(world, 'a'), detailOf(world, 'b')]).toEqual(['done 12 min ago', 'done 12 min ago']);
  });

  test('runs what reality has lost, and what its inputs have outdated', async () => {
    const world = await createWorld();
    let there = true;
    const plan = planOf(
      step(world, 'probed', { isDone: async () => (there ? { done: true } : { done: false, because: 'missing' }) }),
      step(world, 'sized', { inputs: ({ size }) => ({ size }) }),
      step(world, 'other'),
    );
    await run(world, plan);
    world.ran.length = 0;
    there = false;
    await run(world, plan, { size: 2 });
    expect(world.ran).toEqual(['probed', 'sized']);
    world.ran.length = 0;
    there = true;
    await run(world, plan, { size: 2 });
    expect(world.ran).toEqual([]);
  });

  test('runs what requires a value that has changed, and leaves it when the value is the same', async () => {
    const world = await createWorld();
    let address = 'one';
    const plan = planOf(
      step(world, 'gives', { inputs: ({ size }) => ({ size }), run: async () => ({ state: { address } }), provides: ['address'] }),
      defineStep({ id: 'takes', title: 'T', requires: ['address'], run: async () => void world.ran.push('takes') }),
    );
    await run(world, plan);
    expect(world.ran).toEqual(['gives', 'takes']);
    await run(world, plan, { size: 2 });
    expect(world.ran).toEqual(['gives', 'takes', 'gives']);
    address = 'two';
    await run(world, plan, { size: 3 });
    expect(world.ran).toEqual(['gives', 'takes', 'gives', 'gives', 'takes']);
  });

  test('leaves what was done with a value that a later step has handed on in another form', async () => {
    const world = await createWorld();
    const after: string[] = [];
    let size = 1;
    const plan = planOf(
      step(world, 'gives', { inputs: () => ({ size }), run: async () => ({ state: { address: `plain ${size}` } }), provides: ['address'] }),
      defineStep({ id: 'starts', title: 'S', requires: ['address'], run: async () => void world.ran.push('starts') }),
      defineStep({
        id: 'replaces',
        title: 'R',
        requires: ['address'],
        provides: ['address'],
        run: async ({ state }) => {
          world.ran.push('replaces');
          return { state: { address: `new ${state.address}` } };
        },
      }),
      defineStep({ id: 'tells', title: 'T', requires: ['address'], run: async ({ state }) => void after.push(state.address) }),
    );
    await run(world, plan);
    expect(world.ran).toEqual(['gives', 'starts', 'replaces']);
    expect(await run(world, plan)).toMatchObject({ state: { address: 'new plain 1' }, ran: 0 });
    expect(after).toEqual(['new plain 1']);
    // What comes from elsewhere is told to all.
    size = 2;
    await run(world, plan);
    expect(world.ran.slice(3)).toEqual(['gives', 'starts', 'replaces']);
    expect(after).toEqual(['new plain 1', 'new plain 2']);
    expect(await run(world, plan)).toMatchObject({ ran: 0 });
  });

  test('does what it was not done with before a later step handed the value on in another form', async () => {
    const world = await createWorld();
    const plan = planOf(
      defineStep({ id: 'starts', title: 'S', requires: ['address'], run: async () => void world.ran.push('starts') }),
      defineStep({
        id: 'replaces',
        title: 'R',
        requires: ['address'],
        provides: ['address'],
        run: async ({ state }) => ({ state: { address: `${state.address}+` } }),
      }),
    );
    await run(world, plan, { state: { address: 'one' } });
    // Only the second is given the value that somebody else has set.
    await (await openJournal(world.journalPath, 'dev')).update((data) => void (data.state['address'] = 'other'));
    await run(world, plan, { from: 'replaces' });
    await run(world, plan);
    expect(world.ran).toEqual(['starts', 'starts']);
  });

  test('adopts what is there though the journal is lost, with what the probe found', async () => {
    const world = await createWorld();
    const plan = planOf(
      step(world, 'a', { isDone: async () => ({ done: true, state: { address: 'found' }, detail: '3 servers' }) }),
      defineStep({ id: 'b', title: 'B', requires: ['address'], run: async ({ state }) => ({ state: { leader: state.address } }) }),
    );
    expect(await run(world, plan)).toEqual({ state: { address: 'found', leader: 'found' }, ran: 1 });
    expect(outcomes(world)).toEqual({ a: 'adopted', b: 'done' });
    expect(detailOf(world, 'a')).toBe('3 servers');
    expect((await journalOf(world)).steps['a']).toMatchObject({ status: 'succeeded', detail: '3 servers' });
  });

  test('says of what it adopts that it is there, when the probe has nothing to say', async () => {
    const world = await createWorld();
    await run(world, planOf(step(world, 'a', { isDone: async () => ({ done: true }) })));
    expect(detailOf(world, 'a')).toBe('already there');
    expect((await journalOf(world)).steps['a']?.detail).toBe('');
  });

  test('without a journal runs everything', async () => {
    const world = await createWorld();
    const plan = planOf(step(world, 'a'));
    for (let time = 0; time < 2; time++) await runPlan(plan, world.ctx, { subject: { size: 1 } });
    expect(world.ran).toEqual(['a', 'a']);
  });

  test('of a plan that always runs runs everything', async () => {
    const world = await createWorld();
    const plan = { ...planOf(step(world, 'a')), always: true };
    for (let time = 0; time < 2; time++) await run(world, plan);
    expect(world.ran).toEqual(['a', 'a']);
  });

  test('shows nothing of a step that hides when there was nothing to do', async () => {
    const world = await createWorld();
    const plan = planOf(
      step(world, 'a', { hideWhenDone: true }),
      step(world, 'b', { hideWhenDone: true, isDone: async () => ({ done: true }) }),
    );
    await run(world, plan);
    expect(world.recording.plans[0]?.rows.map(({ hidden }) => hidden)).toEqual([true, true]);
    expect(outcomes(world)).toEqual({ a: 'done' });
    await run(world, plan);
    expect(outcomes(world)).toEqual({});
  });
});

describe('--from, --until and --only', () => {
  const three = (world: World) => planOf(step(world, 'a'), [step(world, 'b'), step(world, 'c')], step(world, 'd'));

  test('--from leaves what is before it alone, and runs that step whatever the journal says', async () => {
    const world = await createWorld();
    await run(world, three(world));
    world.ran.length = 0;
    await run(world, three(world), { from: 'c' });
    expect(world.ran).toEqual(['c']);
    expect(outcomes(world)).toEqual({ a: 'skipped', b: 'skipped', c: 'done', d: 'skipped' });
    expect(detailOf(world, 'a')).toBe('not asked for');
  });

  test('--until leaves what is after it alone', async () => {
    const world = await createWorld();
    await run(world, three(world), { until: 'b' });
    expect(world.ran).toEqual(['a', 'b']);
    expect(outcomes(world)).toEqual({ a: 'done', b: 'done', c: 'skipped', d: 'skipped' });
  });

  test('--from and --until bound a piece of the plan', async () => {
    const world = await createWorld();
    await run(world, three(world), { from: 'b', until: 'c' });
    expect(world.ran).toEqual(['b', 'c']);
  });

  test('--only runs one step, whatever its probe would say', async () => {
    const world = await createWorld();
    await run(world, three(world), { only: 'b' });
    expect(world.ran).toEqual(['b']);
    const there = planOf(step(world, 'a'), step(world, 'there', { isDone: async () => ({ done: true }) }));
    await run(world, there, { only: 'there' });
    expect(world.ran).toEqual(['b', 'there']);
  });

  test.each(['from', 'until', 'only'] as const)('--%s with an unknown step suggests one', async (flag) => {
    const world = await createWorld();
    const plan = planOf(step(world, 'start-consul'));
    const error = await thrown(() => run(world, plan, { [flag]: 'start-consl' }));
    expect(error).toMatchObject({ code: 'step-unknown', exitCode: 2 });
    expect(error.message).toContain(`--${flag} start-consl: up has no such step (did you mean "start-consul"?)`);
    expect(error).toMatchObject({ why: ['its steps are start-consul'], next: 'run the same command again with --plan' });
    expect(world.recording.plans).toEqual([]);
  });
});

describe('failures', () => {
  const failing =
    (code = 'tool-failed') =>
    async (): Promise<never> => {
      await settled();
      throw new ToolError('it broke', { code, why: 'because' });
    };

  test('end the plan with the error of the step, and are run again the next time', async () => {
    const world = await createWorld();
    let broken = true;
    const plan = planOf(step(world, 'a'), step(world, 'b', { run: async () => (broken ? failing()() : undefined) }), step(world, 'c'));
    const error = await thrown(() => run(world, plan));
    expect(error).toBeInstanceOf(ToolError);
    expect(error.during).toEqual({ title: 'Doing b', log: undefined });
    expect(outcomes(world)).toEqual({ a: 'done', b: 'failed' });
    expect(world.recording.plans[0]?.ended).toBe(true);
    expect((await journalOf(world)).steps['b']).toMatchObject({ status: 'failed', error: { code: 'tool-failed', message: 'it broke' } });
    broken = false;
    world.ran.length = 0;
    await run(world, plan);
    expect(world.ran).toEqual(['b', 'c']);
  });

  const given = { path: ['up'], args: { name: 'dev' }, flags: { clients: '3' } };

  test('say how to try again where nothing is done twice, unless they know better', async () => {
    const world = await createWorld();
    const fail = (error: Error) => planOf(step(world, 'a', { run: () => Promise.reject(error) }));
    const broken = (next?: Hint) => new ToolError('it broke', { code: 'tool-failed', ...(next === undefined ? {} : { next }) });
    expect(hintLine((await thrown(() => run(world, fail(broken())))).next, given)).toBe('nomadctl up dev --clients 3   tries again');
    expect((await thrown(() => run(world, fail(broken(shell`docker ps`))))).next).toEqual('docker ps');
    const unusable = new ConfigError('it is wrong', { code: 'wrong' });
    expect((await thrown(() => run(world, fail(unusable)))).next).toBeUndefined();
    const forgetful = () => runPlan(fail(broken()), world.ctx, { subject: { size: 1 } });
    expect((await thrown(forgetful)).next).toBeUndefined();
  });

  test('are said beside the row only of steps with neighbours: the error of the plan says them already', async () => {
    const world = await createWorld();
    await thrown(() => run(world, planOf(step(world, 'alone', { run: failing() }))));
    expect(detailOf(world, 'alone')).toBe('');
    const bare = (message: string) => () => Promise.reject(new ToolError(message, { code: 'bare' }));
    await thrown(() => run(world, planOf([step(world, 'x', { run: bare('x broke') }), step(world, 'y', { run: bare('y broke') })])));
    expect([detailOf(world, 'x'), detailOf(world, 'y')]).toEqual(['x broke', 'y broke']);
  });

  test('let the others of a group finish, and are told in their order', async () => {
    const world = await createWorld();
    const slow = step(world, 'slow', {
      run: async () => (await settled(), await settled(), await settled(), { state: { address: 'kept' } }),
    });
    const plan = planOf(
      [step(world, 'x', { run: failing('first') }), slow, step(world, 'y', { run: failing('second') })],
      step(world, 'after'),
    );
    expect(await thrown(() => run(world, plan))).toMatchObject({ code: 'first' });
    expect(outcomes(world)).toEqual({ x: 'failed', slow: 'done', y: 'failed' });
    // The plan's error is the first one's: the reason of the second is heard beside its row only.
    const ends = world.recording.plans[0]?.events.filter(({ kind }) => kind === 'finish');
    expect(ends).toContainEqual({ kind: 'finish', id: 'y', outcome: 'failed', detail: 'because' });
    const { state, steps } = await journalOf(world);
    expect(state).toEqual({ address: 'kept' });
    expect(steps).not.toHaveProperty('after');
  });

  test.each([
    ['ENOSPC', 'disk-full'],
    ['EROFS', 'not-writable'],
  ])('of a disk (%s) are no bugs, whatever wrote', async (code, wanted) => {
    const world = await createWorld();
    const cause = Object.assign(new Error(`${code}: write`), { code });
    const error = await thrown(() => run(world, planOf(step(world, 'a', { run: () => Promise.reject(cause) }))));
    expect(error).toMatchObject({ exitCode: 3, code: wanted, message: 'a file of the cluster could not be written', cause });
    expect(error.next).toBeDefined();
  });

  test('of our own code become bugs that name the step', async () => {
    const world = await createWorld();
    const cause = new TypeError('x is undefined');
    const error = await thrown(() => run(world, planOf(step(world, 'a', { run: () => Promise.reject(cause) }))));
    expect(error).toBeInstanceOf(BugError);
    expect(error).toMatchObject({ exitCode: 70, code: 'bug', message: 'x is undefined', cause, during: { title: 'Doing a' } });
    expect((await journalOf(world)).steps['a']).toMatchObject({ status: 'failed', error: { code: 'bug' } });
  });

  test('of a probe do not undo an earlier success', async () => {
    const world = await createWorld();
    let broken = false;
    const isDone = async () => {
      if (broken) throw new ToolError('cannot look', { code: 'tool-failed' });
      return { done: true } as const;
    };
    await run(world, planOf(step(world, 'a', { isDone })));
    const before = (await journalOf(world)).steps['a'];
    broken = true;
    expect(await thrown(() => run(world, planOf(step(world, 'a', { isDone }))))).toMatchObject({
      message: 'cannot look',
      during: { title: 'Doing a' },
    });
    expect((await journalOf(world)).steps['a']).toEqual(before);
  });

  test('of the journal fail the step, and are said once', async () => {
    const world = await createWorld();
    const journal = await openJournal(world.journalPath, 'dev');
    const full: Journal = { data: journal.data, update: () => Promise.reject(new ToolError('the disk is full', { code: 'disk-full' })) };
    const error = await thrown(() => runPlan(planOf(step(world, 'a')), world.ctx, { subject: { size: 1 }, journal: full }));
    expect(error).toMatchObject({ code: 'disk-full', during: { title: 'Doing a' } });
    expect(world.ran).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  const interrupt = (world: World): void => world.controller.abort(new AbortError('Interrupted', 130, { why: 'Ctrl-C' }));
  const untilAborted = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

  test('in the middle of a step journals it as interrupted and says how to go on', async () => {
    const world = await createWorld();
    const plan = planOf(
      step(world, 'a'),
      step(world, 'b', { run: async (at) => (setImmediate(() => interrupt(world)), untilAborted(at)) }),
      step(world, 'c'),
    );
    const error = await thrown(() => run(world, plan));
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({
      exitCode: 130,
      message: 'Interrupted while "Doing b" (step 2 of 3)',
      why: ['Ctrl-C'],
      next: 'run the same command again   continues here',
    });
    expect(outcomes(world)).toEqual({ a: 'done', b: 'interrupted' });
    expect((await journalOf(world)).steps).toMatchObject({ a: { status: 'succeeded' }, b: { status: 'interrupted' } });
    expect(world.ran).toEqual(['a', 'b']);
  });

  test.each<[string, (signal: AbortSignal) => Error]>([
    ["the platform's own error", () => new DOMException('aborted', 'AbortError')],
    ['an error of ours around it', () => new ToolError('GET / failed', { code: 'api', cause: new DOMException('aborted', 'AbortError') })],
  ])('is an interruption also as %s', async (_name, make) => {
    const world = await createWorld();
    const plan = planOf(step(world, 'a', { run: ({ signal }) => (interrupt(world), Promise.reject(make(signal))) }));
    expect(await thrown(() => run(world, plan))).toMatchObject({ exitCode: 130, why: ['Ctrl-C'] });
    expect((await journalOf(world)).steps['a']?.status).toBe('interrupted');
  });

  test('of a run that remembers nothing offers the command again, not to go on', async () => {
    const world = await createWorld();
    const plan = planOf(step(world, 'a', { run: async (at) => (setImmediate(() => interrupt(world)), untilAborted(at)) }));
    const error = await thrown(() => runPlan(plan, world.ctx, { subject: { size: 1 } }));
    expect(error).toMatchObject({ exitCode: 130, next: 'run the same command again' });
  });

  test('hides no failure: what breaks while stopping is told', async () => {
    const world = await createWorld();
    const plan = planOf(
      step(world, 'a', { run: () => (interrupt(world), Promise.reject(new ToolError('it broke', { code: 'tool-failed' }))) }),
    );
    expect(await thrown(() => run(world, plan))).toMatchObject({ code: 'tool-failed' });
  });

  test('an abort that nobody asked for is a failure of the step', async () => {
    const world = await createWorld();
    const plan = planOf(step(world, 'a', { run: () => Promise.reject(new DOMException('timed out', 'AbortError')) }));
    expect(await thrown(() => run(world, plan))).toMatchObject({ exitCode: 70 });
  });

  test('between two steps leaves the records of both alone', async () => {
    const world = await createWorld();
    const plan = planOf(step(world, 'a'), step(world, 'b'), step(world, 'c'));
    await run(world, plan);
    const before = (await journalOf(world)).steps;
    const again = planOf(step(world, 'a', { isDone: async () => (interrupt(world), { done: true }) }), step(world, 'b'), step(world, 'c'));
    expect(await thrown(() => run(world, again))).toMatchObject({ exitCode: 130, message: 'Interrupted while "Doing b" (step 2 of 3)' });
    expect((await journalOf(world)).steps).toEqual(before);
  });

  test('side by side: every step of the group ends, and the failure is told before the interruption', async () => {
    const world = await createWorld();
    const plan = planOf([
      step(world, 'a', { run: untilAborted }),
      step(world, 'b', { run: async () => (interrupt(world), Promise.reject(new ToolError('it broke', { code: 'tool-failed' }))) }),
    ]);
    expect(await thrown(() => run(world, plan))).toMatchObject({ code: 'tool-failed' });
    expect(outcomes(world)).toEqual({ a: 'interrupted', b: 'failed' });
  });
});

/**
 * Each step fails in turn; the same command then finishes, does no finished step twice, and comes to the state of an
 * undisturbed run. Steps write what they make into a world of their own, as real ones do.
 */
describe('after a failure anywhere', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const planWith = (world: World, fails: string | undefined): Plan<Subject, State> => {
    const make = (id: string): AnyTestStep =>
      step(world, id, {
        run: async () => {
          await settled();
          if (id === fails) throw new ToolError(`${id} broke`, { code: 'tool-failed' });
          return { state: { [id]: id } as Partial<State> };
        },
      });
    const [a, b, c, d, e] = ids.map(make) as [AnyTestStep, AnyTestStep, AnyTestStep, AnyTestStep, AnyTestStep];
    return planOf(a, [b, c], d, e);
  };

  test.each(ids)('at %s the same command converges', async (fails) => {
    const world = await createWorld();
    await thrown(() => run(world, planWith(world, fails)));
    const finished = world.ran.filter((id) => id !== fails);
    world.ran.length = 0;
    const { state } = await run(world, planWith(world, undefined));
    expect(state).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'e' });
    expect(world.ran.filter((id) => finished.includes(id))).toEqual([]);
    expect((await run(world, planWith(world, undefined))).ran).toBe(0);
  });
});

describe('the log', () => {
  test('has a file per step with its lines, its failure, and no secret', async () => {
    const world = await createWorld();
    world.ctx.redact.add('hunter2-hunter2');
    const log = await openRunLog(world.ctx.paths.cluster('dev').logs, '2026-01-01', world.ctx.redact);
    const plan = planOf(
      step(world, 'a', { run: async (_at, io) => (io.line('password hunter2-hunter2'), io.log('only in the log'), undefined) }),
      step(world, 'b', {
        run: () => Promise.reject(new ToolError('hunter2-hunter2 was refused', { code: 'tool-failed', why: 'the last words' })),
      }),
    );
    const error = await thrown(() => run(world, plan, { log }));
    await log.close();
    expect(error.during).toEqual({ title: 'Doing b', log: log.dir });
    const a = await readFile(join(log.dir, 'a.log'), 'utf8');
    const b = await readFile(join(log.dir, 'b.log'), 'utf8');
    expect(a).toMatch(/Doing a: not done yet\n.*password \[redacted\]\n.*only in the log\n/);
    expect(b).toContain('failed: ToolError: [redacted] was refused');
    expect(b).toContain('the last words');
    expect(a + b).not.toContain('hunter2');
    expect(world.recording.plans[0]?.events).toContainEqual({ kind: 'line', id: 'a', text: 'password [redacted]' });
    expect(await readFile(world.journalPath, 'utf8')).not.toContain('hunter2');
  });

  test('is for its owner alone, and of a bug says where it is', async () => {
    const world = await createWorld();
    const log = await openRunLog(world.ctx.paths.cluster('dev').logs, '2026-01-01', world.ctx.redact);
    const cause = new TypeError('x is undefined');
    await thrown(() => run(world, planOf(step(world, 'a', { run: () => Promise.reject(cause) })), { log }));
    await log.close();
    const path = join(log.dir, 'a.log');
    expect(await readFile(path, 'utf8')).toContain(`failed: ${cause.stack ?? ''}`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('says of an interrupted step that it was interrupted', async () => {
    const world = await createWorld();
    const log = await openRunLog(world.ctx.paths.cluster('dev').logs, '2026-01-01', world.ctx.redact);
    const stop = () => (world.controller.abort(), Promise.reject(new DOMException('aborted', 'AbortError')));
    await thrown(() => run(world, planOf(step(world, 'a', { run: stop })), { log }));
    await log.close();
    expect(await readFile(join(log.dir, 'a.log'), 'utf8')).toContain('Z interrupted: ');
  });

  test('keeps the last twenty runs', async () => {
    const { ctx } = await createWorld();
    const logs = ctx.paths.cluster('dev').logs;
    for (let index = 10; index < 35; index++) await (await openRunLog(logs, `run-${index}`, ctx.redact)).close();
    expect((await readdir(logs)).sort()).toEqual(Array.from({ length: 20 }, (_, index) => `run-${index + 15}`));
  });
});

describe('--plan', () => {
  interface Situation {
    readonly name: string;
    readonly before?: (world: World) => Promise<unknown>;
    readonly options?: Partial<RunOptions<Subject, State>>;
    readonly size?: number;
  }
  const reality = { probed: false };
  const plan = (world: World): Plan<Subject, State> =>
    planOf(
      step(world, 'tools'),
      step(world, 'gives', {
        inputs: ({ size }) => ({ size }),
        provides: ['address'],
        run: async ({ size }) => ({ state: { address: `at ${size}` } }),
      }),
      [
        defineStep({
          id: 'takes',
          title: 'Taking',
          requires: ['address'],
          provides: ['leader'],
          run: async () => (world.ran.push('takes'), { state: { leader: String(Math.random()) } }),
        }),
        step(world, 'probed', {
          isDone: async () => (reality.probed ? { done: true } : { done: false, because: 'missing' }),
          run: async () => void (reality.probed = true),
        }),
      ],
      defineStep({ id: 'last', title: 'Last', requires: ['leader'], run: async () => void world.ran.push('last') }),
    );

  test.each<Situation>([
    { name: 'nothing done yet' },
    { name: 'all done', before: (world) => run(world, plan(world)) },
    { name: 'inputs changed', before: (world) => run(world, plan(world)), size: 2 },
    { name: 'reality lost something', before: async (world) => (await run(world, plan(world)), (reality.probed = false)) },
    { name: 'the journal was lost', before: async () => (reality.probed = true) },
    { name: 'an earlier step is asked for', before: (world) => run(world, plan(world)), options: { from: 'takes' } },
    { name: 'the last step is named', before: (world) => run(world, plan(world), { until: 'tools' }), options: { until: 'gives' } },
    { name: 'one step is asked for', before: (world) => run(world, plan(world)), options: { only: 'probed' } },
  ])('foresees what a run does, and does nothing: $name', async ({ before, options = {}, size = 1 }) => {
    reality.probed = false;
    const world = await createWorld();
    await before?.(world);
    world.ran.length = 0;
    const journal = await openJournal(world.journalPath, 'dev');
    const untouched = JSON.stringify(journal.data);
    const foreseen = await previewPlan(plan(world), world.ctx, { subject: { size }, journal, ...options });
    expect(world.ran).toEqual([]);
    expect(JSON.stringify(await journalOf(world))).toBe(untouched);
    await run(world, plan(world), { ...options, size });
    expect(foreseen.filter(({ action }) => action === 'run').map(({ id }) => id)).toEqual(world.ran);
    const expected = { run: 'done', skip: 'skipped', adopt: 'adopted' } as const;
    expect(outcomes(world)).toEqual(Object.fromEntries(foreseen.map(({ id, action }) => [id, expected[action]])));
  });

  test('says why', async () => {
    const world = await createWorld();
    await run(world, plan(world));
    const journal = await openJournal(world.journalPath, 'dev');
    const planned = await previewPlan(plan(world), world.ctx, { subject: { size: 2 }, journal });
    expect(planned).toEqual([
      { id: 'tools', title: 'Doing tools', action: 'skip', reason: 'done 0 s ago' },
      { id: 'gives', title: 'Doing gives', action: 'run', reason: 'inputs changed: size' },
      { id: 'takes', title: 'Taking', action: 'run', reason: 'after "Doing gives"' },
      { id: 'probed', title: 'Doing probed', action: 'skip', reason: 'done 0 s ago' },
      { id: 'last', title: 'Last', action: 'run', reason: 'after "Taking"' },
    ]);
    const first = await previewPlan(plan(world), world.ctx, { subject: { size: 1 }, journal, until: 'tools' });
    expect(first.map(({ reason }) => reason)).toEqual(['done 0 s ago', ...Array<string>(4).fill('not asked for')]);
  });
});

test('--plan takes what a probe found for what the steps after it are given, as a run does', async () => {
  const world = await createWorld();
  const found = step(world, 'a', { isDone: async () => ({ done: true, state: { address: 'found' } }) });
  const takes = defineStep({ id: 'b', title: ({ state }) => `At ${state.address}`, requires: ['address'], run: async () => undefined });
  const planned = await previewPlan(planOf(found, takes), world.ctx, { subject: { size: 1 } });
  expect(planned).toMatchObject([{ action: 'adopt' }, { action: 'run', title: 'At found' }]);
});

test('every error of a plan is one of ours', async () => {
  const world = await createWorld();
  for (const thing of ['text', undefined, { odd: 1 }]) {
    expect(await thrown(() => run(world, planOf(step(world, 'a', { run: () => Promise.reject(thing) }))))).toBeInstanceOf(NomadctlError);
  }
});
