import { describe, expect, test } from 'vitest';
import { createLiveArea, windowSize } from '../../../src/ui/live-area.js';

const UP_AND_ERASE = '\u001b[A\u001b[2K';

function setUp(columns: number) {
  const size = { columns };
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), getWindowSize: (): [number, number] => [size.columns, 24] };
  return { area: createLiveArea(stream), size, written };
}

describe('a live area', () => {
  test('is drawn in place, in one write, and leaves the cursor below', () => {
    const { area, written } = setUp(80);
    area.draw(['one', 'two']);
    area.draw(['one', 'three', 'four']);
    expect(written).toEqual(['\rone\u001b[K\ntwo\u001b[K\n\u001b[J', '\r\u001b[2Aone\u001b[K\nthree\u001b[K\nfour\u001b[K\n\u001b[J']);
  });

  test('writes nothing when nothing has changed', () => {
    const { area, written } = setUp(80);
    area.draw(['one']);
    area.draw(['one']);
    expect(written).toHaveLength(1);
  });

  test('goes up by the lines that a narrower terminal made of it', () => {
    const { area, size, written } = setUp(100);
    area.draw(['', 'x'.repeat(79), '\u001b[32m✔\u001b[39m' + '北'.repeat(49)]);
    size.columns = 40;
    area.draw(['short']);
    // An empty line, two of 79 columns, three of 99.
    expect(written[1]).toBe(`\r${UP_AND_ERASE.repeat(6)}short\u001b[K\n\u001b[J`);
  });

  test('leaves nothing when it is cleared, and starts anew after that', () => {
    const { area, written } = setUp(80);
    area.draw(['one', 'two']);
    area.clear();
    area.clear();
    area.draw(['one']);
    expect(written.slice(1)).toEqual([`\r${UP_AND_ERASE.repeat(2)}`, '\rone\u001b[K\n\u001b[J']);
  });
});

test('the size is what the terminal says, then what the stream remembers, then 80 by 24', () => {
  const write = (): void => undefined;
  const closed = (): never => {
    throw new Error('EBADF');
  };
  expect(windowSize({ write, columns: 10, rows: 5, getWindowSize: () => [100, 50] })).toEqual({ columns: 100, rows: 50 });
  expect(windowSize({ write, columns: 10, rows: 5, getWindowSize: closed })).toEqual({ columns: 10, rows: 5 });
  expect(windowSize({ write })).toEqual({ columns: 80, rows: 24 });
  expect(windowSize({ write, columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
});
