import { describe, expect, it } from 'vitest';
import { diffLines } from '../src/line-diff.js';

const written = (before: string, after: string): string[] => diffLines(before, after).map(({ mark, text }) => `${mark}${text}`);

describe('diffLines', () => {
  it.each([
    ['', 'a\nb\n', ['+a', '+b']],
    ['a\nb\n', '', ['-a', '-b']],
    ['a\nb\n', 'a\nb\n', [' a', ' b']],
    ['a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
    ['a\nb\n', 'b\na\n', ['-a', ' b', '+a']],
    ['a', 'a\n\nb', [' a', '+', '+b']],
  ])('%j to %j', (before, after, lines) => {
    expect(written(before, after)).toEqual(lines);
  });

  it('leaves out nothing of either side, and keeps as much as it can', () => {
    const before = Array.from({ length: 60 }, (_, index) => `line ${index % 7}`).join('\n');
    const after = Array.from({ length: 50 }, (_, index) => `line ${(index * 3) % 7}`).join('\n');
    const lines = diffLines(before, after);
    const side = (without: string): string =>
      lines
        .filter(({ mark }) => mark !== without)
        .map(({ text }) => text)
        .join('\n');
    expect(side('+')).toBe(before);
    expect(side('-')).toBe(after);
    expect(lines.filter(({ mark }) => mark === ' ').length).toBeGreaterThan(20);
  });
});
