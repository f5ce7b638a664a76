import { describe, expect, test } from 'vitest';
import { textWidth } from '../../../packages/base/src/text-width.js';
import { fitRows } from '../../../src/ui/fit-rows.js';
import { formatRow, type RowLook } from '../../../src/ui/format-row.js';
import type { Row } from '../../../src/ui/plan-rows.js';
import { colorStyle, plainStyle } from '../../../src/ui/style.js';
import { symbolsFor } from '../../../src/ui/symbols.js';
import { commandsIn } from '../../helpers/hint-commands.js';

const row = (changes: Partial<Row> = {}): Row => ({
  id: 'a',
  title: 'Starting Consul',
  hidden: false,
  state: 'done',
  line: '',
  detail: '127.0.64.1:8500',
  startedAt: 0,
  ms: 412,
  finished: Promise.resolve(),
  ...changes,
});
const look = (changes: Partial<RowLook> = {}): RowLook => ({
  style: plainStyle,
  symbols: symbolsFor(false),
  columns: 80,
  now: 0,
  ...changes,
});

test.each<[string, Partial<Row>, string]>([
  ['done', {}, '  ✔ Starting Consul                       127.0.64.1:8500                 0.4 s'],
  ['done at once', { ms: 12 }, '  ✔ Starting Consul                       127.0.64.1:8500'],
  ['done without detail', { detail: '' }, '  ✔ Starting Consul                                                       0.4 s'],
  ['adopted', { state: 'adopted', detail: 'already there', ms: 20 }, '  ✔ Starting Consul                       already there'],
  ['skipped', { state: 'skipped', detail: 'done 12 min ago' }, '  ↓ Starting Consul                       done 12 min ago'],
  ['failed', { state: 'failed', detail: '' }, '  ✖ Starting Consul                                                       0.4 s'],
  ['interrupted', { state: 'interrupted', detail: '' }, '  ■ Starting Consul                                                       0.4 s'],
  ['waiting', { state: 'waiting', detail: '' }, '  · Starting Consul'],
  [
    'a long title',
    { title: 'Waiting for UCloud to release the subnet' },
    '  ✔ Waiting for UCloud to release the subnet  127.0.64.1:8500             0.4 s',
  ],
  ['minutes', { ms: 72_000 }, '  ✔ Starting Consul                       127.0.64.1:8500              1 m 12 s'],
  ['Chinese', { title: '等待领导者', detail: '北京' }, '  ✔ 等待领导者                            北京                            0.4 s'],
])('%s', (_name, changes, wanted) => {
  expect(formatRow(row(changes), look())).toEqual([wanted]);
});

test('a running step shows the spinner, its last line and how long it has been at it', () => {
  const running = row({ state: 'running', line: 'server-1', startedAt: 1000 });
  expect(formatRow(running, look({ now: 1400, spinner: '⠸' }))).toEqual(['  ⠸ Starting Consul                       server-1']);
  expect(formatRow(running, look({ now: 4000, spinner: '⠸' }))).toEqual([
    '  ⠸ Starting Consul                       server-1                        3.0 s',
  ]);
});

test('a command at the end of a detail is not taken for longer than it is', () => {
  const detail = '2 are out of date; to make them anew: nomadctl up prod --replace';
  for (const columns of [80, 112, Infinity]) {
    const line = formatRow(row({ detail }), look({ columns })).join('\n');
    expect(commandsIn(line), line).toEqual(['up prod --replace']);
  }
});

test('a detail that does not fit goes below its title, whole', () => {
  const detail = 'PING, SET and GET through the proxy on 127.0.64.3:24817, and again';
  expect(formatRow(row({ detail }), look())).toEqual([`  ✔ Starting Consul${' '.repeat(55)}0.4 s`, `    ${detail}`]);
});

describe.each([20, 39, 40, 63, 64, 79, 80, 120, 200])('on %i columns', (columns) => {
  test.each(['done', 'running', 'skipped', 'waiting', 'failed'] as const)('a live row that is %s fits', (state) => {
    const long = row({
      state,
      title: 'Waiting for UCloud to release the subnet of the cluster',
      line: '北京'.repeat(80),
      detail: 'd'.repeat(200),
      ms: 3_725_000,
    });
    const lines = formatRow(long, look({ columns, clip: true, now: 3_725_000, style: colorStyle }));
    for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(columns);
    expect(lines.join('\n')).toContain('Waiti');
  });
});

test('colours: the mark says how it went, what is not at work is dim', () => {
  const shown = (state: Row['state']) => formatRow(row({ state, detail: '', ms: 0 }), look({ style: colorStyle }))[0];
  expect(shown('done')).toBe('  \u001b[32m✔\u001b[39m Starting Consul');
  expect(shown('failed')).toContain('\u001b[31m✖');
  expect(shown('skipped')).toBe('  \u001b[2m↓\u001b[22m \u001b[2mStarting Consul\u001b[22m');
});

describe('a list taller than the terminal', () => {
  const states = (text: string): Row[] =>
    [...text].map((letter, index) =>
      row({ id: String(index), title: `s${index}`, state: letter === 'd' ? 'done' : letter === 'r' ? 'running' : 'waiting' }),
    );
  const fit = (text: string, height: number): string[] => {
    const rows = states(text);
    return fitRows({ rows, lines: rows.map(({ title }) => [title]), height, style: plainStyle });
  };

  test('keeps what runs', () => {
    expect(fit('dddddrwwww', 5)).toEqual(['    5 before', 's5', 's6', 's7', '    2 to come']);
    expect(fit('rwwwwwwwww', 4)).toEqual(['s0', 's1', '    8 to come']);
    expect(fit('dddddddddr', 4)).toEqual(['    8 before', 's8', 's9']);
    expect(fit('dddddddddd', 4)).toEqual(['    8 before', 's8', 's9']);
  });

  test('is left alone when it fits', () => {
    expect(fit('drw', 3)).toEqual(['s0', 's1', 's2']);
  });

  test('never exceeds the height, whatever it is', () => {
    for (let height = 3; height < 14; height++) expect(fit('dddddrrwwwww', height).length).toBeLessThanOrEqual(height);
  });
});
