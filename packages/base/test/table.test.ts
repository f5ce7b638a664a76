import { describe, expect, test } from 'vitest';
import { alignRows, formatTable } from '../src/table.js';
import { lastLine, padText, textWidth, truncateText } from '../src/text-width.js';

const columns = [{ title: 'NAME' }, { title: 'PID', align: 'right' as const }, { title: 'ADDRESS', mayShrink: true }];

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

  test('give way where they may, and say that something is missing', () => {
    const text = formatTable(columns, [['server-1', '7', 'x'.repeat(100)]], { width: 40 });
    for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(40);
    expect(text).toContain('server-1    7  xxxxxxxxxxxxxxxxxxxxxxxx…');
  });

  test('give way at the widest column when none is named', () => {
    const text = formatTable([{ title: 'A' }, { title: 'B' }], [['a'.repeat(50), 'b'.repeat(10)]], { width: 30 });
    expect(text.split('\n')[1]).toBe(`${'a'.repeat(17)}…  ${'b'.repeat(10)}`);
  });

  test('keep what is short on terminals that are too narrow for anything', () => {
    expect(formatTable(columns, [['server-1', '7', 'abcdefgh']], { width: 5 })).toContain('server-1    7  abcde…');
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
