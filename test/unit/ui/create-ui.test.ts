import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AnswerNeededError } from '../../../packages/base/src/errors.js';
import { createRedactor } from '../../../packages/base/src/redact.js';
import { chooseMode, type Surroundings } from '../../../src/ui/choose-mode.js';
import { createUi } from '../../../src/ui/create-ui.js';
import { fakeStream } from '../../helpers/fake-stream.js';

const clock = { now: () => Date.now(), sleep: async () => undefined };

function setUp({ flags = {}, env = {}, columns }: { flags?: Surroundings['flags']; env?: Surroundings['env']; columns?: number } = {}) {
  const stdout = fakeStream(columns ? { columns } : undefined);
  const stderr = fakeStream(columns ? { columns } : undefined);
  const redact = createRedactor();
  redact.add('s3cret-token');
  const isTty = columns !== undefined;
  const choice = chooseMode({ env, flags, stdoutIsTty: isTty, stderrIsTty: isTty, stdinIsTty: isTty });
  const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
  const signal = new AbortController().signal;
  return { ui: createUi({ ...choice, stdout: stdout.stream, stderr: stderr.stream, stdin, redact, signal, clock }), stdout, stderr };
}

describe('notes', () => {
  test('go to standard error, secrets masked; standard output has results only', () => {
    const { ui, stdout, stderr } = setUp();
    ui.note('token s3cret-token');
    ui.write('result\n');
    expect(stderr.text()).toBe('token [redacted]\n');
    expect(stdout.text()).toBe('result\n');
  });

  test('are silent with --quiet, warnings are not', () => {
    const { ui, stderr } = setUp({ flags: { quiet: true } });
    ui.note('chatter');
    ui.warn('careful');
    expect(stderr.text()).toBe('careful\n');
  });

  test('of debugging need --verbose', () => {
    const quiet = setUp();
    quiet.ui.debug('detail');
    const verbose = setUp({ flags: { verbose: true } });
    verbose.ui.debug('detail');
    expect([quiet.stderr.text(), verbose.stderr.text()]).toEqual(['', 'detail\n']);
  });

  test('lose their colours where standard error shows none', () => {
    const { ui, stderr } = setUp();
    ui.note('\u001b[1mbold\u001b[22m');
    expect(stderr.text()).toBe('bold\n');
  });

  test('are spelled in ASCII where nothing else can be shown; names from outside stay', () => {
    const { ui, stderr } = setUp({ env: { LANG: 'C' } });
    ui.note('redis → web · 2 of 2 …/Straße');
    expect(stderr.text()).toBe('redis -> web - 2 of 2 .../Straße\n');
  });
});

test('styles follow the stream that they are for', () => {
  const colored = setUp({ env: { FORCE_COLOR: '1' } }).ui;
  expect(colored.style.good('ok')).toBe('\u001b[32mok\u001b[39m');
  expect(colored.errorStyle.bold('ok')).toBe('\u001b[1mok\u001b[22m');
  expect(setUp().ui.style.good('ok')).toBe('ok');
});

test('columns are those of the terminal; for a pipe nothing is cut', () => {
  expect(setUp({ columns: 123 }).ui.columns).toBe(123);
  expect(setUp().ui.columns).toBe(Infinity);
});

describe('a plan as lines', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const rows = [
    { id: 'a', title: 'Starting Consul' },
    { id: 'b', title: 'Starting Nomad' },
  ];

  test.each([{ flags: {} }, { flags: { json: true } }, { flags: { yes: true }, columns: 100, env: { NO_COLOR: '1' } }])(
    'has one line per step that ends quickly: %o',
    (how) => {
      const { ui, stdout, stderr } = setUp(how);
      const plan = ui.startPlan(rows);
      plan.start('a', 'Starting Consul');
      plan.line('a', 'server-1');
      plan.finish('a', { outcome: 'done', detail: '127.0.64.1:8500', ms: 412 });
      plan.finish('b', { outcome: 'skipped', detail: 'done 12 min ago', ms: 0 });
      plan.end();
      expect(stdout.text()).toBe('');
      expect(stderr.text()).toBe(
        [
          '  ✔ Starting Consul                       127.0.64.1:8500                 0.4 s',
          '  ↓ Starting Nomad                        done 12 min ago',
          '',
          '',
        ].join('\n'),
      );
    },
  );

  test('is set apart from what was said before, and begins with no empty line where nothing was', () => {
    const { ui, stderr } = setUp();
    ui.note('redis · 1 group');
    const plan = ui.startPlan(rows);
    plan.finish('b', { outcome: 'skipped', detail: '', ms: 0 });
    plan.end();
    expect(stderr.text()).toBe('redis · 1 group\n\n  ↓ Starting Nomad\n\n');
  });

  test('says nothing with --quiet, and prints no empty lines for a plan without news', () => {
    const quiet = setUp({ flags: { quiet: true } });
    const plan = quiet.ui.startPlan(rows);
    plan.start('a', 'Starting Consul');
    plan.finish('a', { outcome: 'failed', detail: '', ms: 10 });
    plan.end();
    const idle = setUp();
    idle.ui.startPlan(rows).end();
    expect([quiet.stderr.text(), idle.stderr.text()]).toEqual(['', '']);
  });

  test('announces what takes longer, and gives a sign of life at least every ten seconds', () => {
    const { ui, stderr } = setUp();
    const plan = ui.startPlan(rows);
    plan.start('a', 'Starting Consul');
    plan.line('a', 'one\ntwo s3cret-token\r\u001b[2Kthree s3cret-token\n');
    vi.advanceTimersByTime(900);
    expect(stderr.text()).toBe('');
    vi.advanceTimersByTime(600);
    expect(stderr.text()).toBe('    Starting Consul ... three [redacted]\n');
    const times: number[] = [];
    for (let second = 0; second < 60; second++) {
      const before = stderr.text().length;
      vi.advanceTimersByTime(1000);
      if (stderr.text().length > before) times.push(second);
    }
    expect(times.length).toBeGreaterThanOrEqual(5);
    times.reduce((before, now) => (expect(now - before).toBeLessThanOrEqual(10), now));
    expect(stderr.text()).toMatch(/ {4}Starting Consul \.\.\. \d+\.\d s · three \[redacted\]\n/);
    plan.finish('a', { outcome: 'failed', detail: '', ms: 61_500 });
    plan.end();
    const { length } = stderr.text();
    vi.advanceTimersByTime(60_000);
    expect(stderr.text()).toHaveLength(length);
    expect(stderr.text()).toMatch(/ {2}✖ Starting Consul {53}1 m 2 s\n\n$/);
  });

  test('uses no cursor control', () => {
    const { ui, stderr } = setUp({ env: { FORCE_COLOR: '1' } });
    const plan = ui.startPlan(rows);
    plan.start('a', 'Starting Consul');
    vi.advanceTimersByTime(30_000);
    plan.finish('a', { outcome: 'interrupted', detail: '', ms: 30_000 });
    plan.end();

    expect(stderr.text()).not.toMatch(/\u001b\[[0-9;]*[^0-9;m]|\r/);
    expect(stderr.text()).toContain('\u001b[33m■');
  });
});

describe('a plan on a terminal', () => {
  test('that ends before the list is loaded is printed whole', () => {
    const { ui, stderr } = setUp({ columns: 80, env: { NO_COLOR: '1' } });
    const plan = ui.startPlan([
      { id: 'a', title: 'Starting Consul' },
      { id: 'b', title: 'Never begun' },
    ]);
    plan.start('a', 'Starting Consul');
    ui.note('a note');
    plan.finish('a', { outcome: 'failed', detail: '', ms: 1500 });
    plan.end();
    expect(stderr.text()).toBe(`a note\n\n  ✖ Starting Consul${' '.repeat(54)} 1.5 s\n  · Never begun\n\n`);
  });

  test('installs no signal handlers and leaves none on the stream', async () => {
    const before = process.eventNames().map((name) => [name, process.listenerCount(name)]);
    const { ui, stderr } = setUp({ columns: 80 });
    const plan = ui.startPlan([{ id: 'a', title: 'Starting Consul' }]);
    plan.start('a', 'Starting Consul');
    await vi.waitFor(() => expect(stderr.text()).toContain('Starting Consul'), { timeout: 10_000 });
    expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(before);
    plan.end();
    expect(stderr.stream.listenerCount('resize')).toBe(0);
    expect(stderr.text()).not.toContain('\u001b[?25l');
  });

  test('with a step whose title is only known when it starts shows that title', () => {
    const { ui, stderr } = setUp({ columns: 80, env: { NO_COLOR: '1' } });
    const plan = ui.startPlan([{ id: 'a', title: 'Waiting' }]);
    plan.start('a', 'Waiting for 3 servers');
    plan.finish('a', { outcome: 'done', detail: '', ms: 0 });
    plan.end();
    expect(stderr.text()).toBe('  ✔ Waiting for 3 servers\n\n');
  });
});

test('a hidden step is shown once it starts, and leaves no trace when it does not', () => {
  const { ui, stderr } = setUp({ columns: 80, env: { NO_COLOR: '1' } });
  const plan = ui.startPlan([
    { id: 'a', title: 'Stopping what is in the way', hidden: true },
    { id: 'b', title: 'Starting Consul' },
    { id: 'c', title: 'Removing leftovers', hidden: true },
  ]);
  plan.start('c', 'Removing leftovers');
  plan.finish('c', { outcome: 'done', detail: '', ms: 0 });
  plan.end();
  expect(stderr.text()).toBe('  · Starting Consul\n  ✔ Removing leftovers\n\n');
  const quiet = setUp({ columns: 80 });
  quiet.ui.startPlan([{ id: 'a', title: 'Stopping', hidden: true }]).end();
  expect(quiet.stderr.text()).toBe('');
});

describe('questions without anybody to ask', () => {
  test.each(['text', 'secret', 'choice', 'choices', 'confirm'] as const)('%s fails by the name of the question', async (kind) => {
    const { ui } = setUp();
    expect(ui.ask.canAsk).toBe(false);
    const asking = ui.ask[kind]({ message: 'Region', choices: [] } as never);
    await expect(asking).rejects.toThrow(AnswerNeededError);
    await expect(asking).rejects.toThrow(/"Region"/);
  });
});
