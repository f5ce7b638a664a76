import { describe, expect, test } from 'vitest';
import { alignRows, formatTable, tableLook } from '../src/table.js';
import { lastLine, padText, textWidth, truncateText } from '../src/text-width.js';

const columns = [{ title: 'NAME' }, { title: 'PID', align: 'right' as const }, { title: 'ADDRESS', wraps: true }];

describe('tables', () => {
  test('align their columns and have no trailing spaces', () => {
    expect(
      formatTable(columns, [
        ['server-1', '7', '127.0.64.1'],
        ['c', '12345', ''],
      ]),
    ).toBe(['NAME        PID  ADDRESS', 'server-1      7  127.0.64.1', 'c         12345'].join('\n'));
  });

  test('without rows are a header', () => {
    expect(formatTable(columns, [])).toBe('NAME  PID  ADDRESS');
  });

  test('count wide characters and colours right', () => {
    const lines = formatTable(
      [{ title: 'A' }, { title: 'B' }],
      [
        ['北京', 'x'],
        ['\u001b[32mok\u001b[39m', 'y'],
        ['café', 'z'],
      ],
    ).split('\n');
    expect(lines).toEqual(['A     B', '北京  x', '\u001b[32mok\u001b[39m    y', 'café  z']);
  });

  test('without a header are lines of aligned cells', () => {
    const rows = [['北京', 'x'], ['a', 'y', 'more'], ['\u001b[1mb\u001b[22m']];
    expect(alignRows(rows)).toEqual(['北京  x', 'a     y  more', '\u001b[1mb\u001b[22m']);
    expect(alignRows([])).toEqual([]);
  });

  test('go on in the next line where they may, between words', () => {
    const rows = [['server-1', '7', '10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4']];
    expect(formatTable(columns, rows, { width: 34 }).split('\n')).toEqual([
      'NAME      PID  ADDRESS',
      'server-1    7  10.0.0.1 10.0.0.2',
      '               10.0.0.3 10.0.0.4',
    ]);
  });

  test('wrap all but the first column when none is named, and then that, too', () => {
    const two = [{ title: 'A' }, { title: 'B' }];
    const rows = [['a'.repeat(10) + ' a', 'b'.repeat(12) + ' b']];
    expect(formatTable(two, rows, { width: 26 }).split('\n')).toEqual(['A             B', 'aaaaaaaaaa a  bbbbbbbbbbbb', '              b']);
    expect(formatTable(two, rows, { width: 24 }).split('\n')).toEqual(['A           B', 'aaaaaaaaaa  bbbbbbbbbbbb', 'a           b']);
  });

  test('are lists where no columns fit, a row each, without what is empty', () => {
    const rows = [
      ['server-1', '7', 'x'.repeat(40)],
      ['c', '', 'a word and another one'],
    ];
    expect(formatTable(columns, rows, { width: 25, header: (text) => `\u001b[2m${text}\u001b[22m` }).split('\n')).toEqual([
      '\u001b[2mNAME\u001b[22m     server-1',
      '\u001b[2mPID\u001b[22m      7',
      `\u001b[2mADDRESS\u001b[22m  ${'x'.repeat(40)}`,
      '',
      '\u001b[2mNAME\u001b[22m     c',
      '\u001b[2mADDRESS\u001b[22m  a word and',
      '         another one',
    ]);
  });

  test('keep the colour of a cell on each of its lines', () => {
    const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
    const text = formatTable([{ title: 'A' }, { title: 'B' }], [['a'.repeat(8), red('not as it should be')]], { width: 22 });
    expect(text.split('\n').slice(1)).toEqual([`aaaaaaaa  ${red('not as it')}`, `          ${red('should be')}`]);
  });

  test('never lose a word, however narrow the terminal is', () => {
    const titles = ['id', 'made', 'kind', 'states', 'size'].map((title) => ({ title }));
    const rows = [['2026-11-30T01-15-39-123Z', '12 h ago', 'before a restore', 'network 3, cluster 7', '1.2 MiB']];
    const words = (text: string): string[] => text.split(/\s+/).sort();
    const expected = words([...titles.map(({ title }) => title), ...(rows[0] ?? [])].join(' '));
    for (let width = 1; width <= 100; width++) {
      const text = formatTable(titles, rows, { width });
      expect([width, words(text)]).toEqual([width, expected]);
      if (width >= 36) for (const line of text.split('\n')) expect([width, textWidth(line) <= width]).toEqual([width, true]);
    }
  });

  test('are as wide as the terminal, and for a pipe as wide as they have to be', () => {
    const style = { dim: (text: string) => `<${text}>` };
    const rows = [['server-1', '7', '10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4']];
    const inMode = (mode: string) => formatTable(columns, rows, tableLook({ mode, columns: 34, style })).split('\n').length;
    expect([inMode('terminal'), inMode('plain')]).toEqual([3, 2]);
  });

  test('dim their header as a whole', () => {
    expect(formatTable([{ title: 'A' }], [['x']], { header: (text) => `<${text}>` })).toBe('<A>\nx');
  });
});

describe('widths', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['北京', 4],
    ['ｆｕｌｌ', 8],
    ['한국어', 6],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['✔', 1],
    ['⠸', 1],
    ['…·→', 3],
    ['\u200b', 0],
    ['\u001b[1;31mred\u001b[0m', 3],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 4],
  ])('%j takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test('truncating never exceeds the width and never cuts a character in two', () => {
    const text = 'a北b京👩‍👩‍👧e\u0301\u001b[31mred\u001b[39m end';
    for (let width = 0; width <= textWidth(text); width++) {
      const short = truncateText(text, width);
      expect(textWidth(short), `${width}: ${short}`).toBeLessThanOrEqual(width);
      expect(short).not.toContain('\ufffd');
    }
    expect(truncateText(text, textWidth(text))).toBe(text);
    expect(truncateText('\u001b[31mlong red text\u001b[39m', 6)).toBe('\u001b[31mlong …\u001b[39m');
  });

  test('padding', () => {
    expect([padText('北', 4), padText('7', 3, 'right'), padText('long', 2)]).toEqual(['北  ', '  7', 'long']);
  });

  test('the last line of what a program said', () => {
    expect(lastLine('10 %\r20 %\r\u001b[K30 %')).toBe('30 %');
    expect(lastLine('one\n two\tx \n\n')).toBe('two x');
    expect(lastLine('')).toBe('');
  });
});
