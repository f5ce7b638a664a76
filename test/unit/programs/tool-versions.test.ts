import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../packages/base/src/errors.js';
import { describeRange, exactVersion, judgeVersion, specOf, toolNamed, toolNames } from '../../../src/programs/tool-versions.js';

const range = { minimum: '1.18.0', testedUpTo: '1.22' };

describe('judgeVersion', () => {
  test.each([
    ['1.18.0', { usable: true }],
    ['1.22.9', { usable: true }],
    ['1.22.10-rc1', { usable: true }],
    ['1.22.0+ent', { usable: true }],
    ['1.17.9', { usable: false, because: 'older than 1.18.0, the oldest that nomadctl works with' }],
    ['1.18.0-rc1', { usable: false, because: 'older than 1.18.0, the oldest that nomadctl works with' }],
    ['1.23.0-beta1', { usable: true, warning: 'newer than 1.22, the newest that nomadctl was tested with' }],
    ['1.23.0', { usable: true, warning: 'newer than 1.22, the newest that nomadctl was tested with' }],
    ['2.0.0', { usable: true, warning: 'newer than 1.22, the newest that nomadctl was tested with' }],
  ])('%s', (version, verdict) => {
    expect(judgeVersion(version, range)).toEqual(verdict);
  });

  test('only the exact version will do when one is asked for', () => {
    expect(judgeVersion('1.21.0', range, '1.22.0')).toEqual({ usable: false, because: '1.22.0 is asked for' });
    expect(judgeVersion('1.22.0', range, '1.22.0')).toEqual({ usable: true });
  });

  test('a version past the end of the range says why', () => {
    const packer = specOf('packer');
    expect(judgeVersion('1.9.4', packer)).toMatchObject({ usable: true, warning: expect.stringContaining('1.8') });
    expect(judgeVersion('1.11.2', packer)).toEqual({
      usable: false,
      because: '1.10.0 or newer: from there on packer no longer bundles the ucloud-uhost builder',
    });
  });
});

test('every pinned version lies in its own range', () => {
  for (const tool of toolNames) expect(judgeVersion(specOf(tool).version, specOf(tool)), tool).toEqual({ usable: true });
});

test('the range in words', () => {
  expect(describeRange(range)).toBe('1.18.0 or newer');
  expect(describeRange(specOf('packer'))).toBe('1.8.0 or newer, below 1.10.0');
  expect(describeRange(range, '1.20.1')).toBe('1.20.1');
});

test('an unknown tool gets a suggestion', () => {
  expect(toolNamed('nomad')).toBe('nomad');
  expect(() => toolNamed('consull')).toThrow('there is no tool "consull" (did you mean "consul"?)');
});

test.each(['latest', '1.22', '', 'v', '1.2.3.4'])('"%s" is no exact version', (word) => {
  expect(() => exactVersion('consul', word)).toThrow(UsageError);
});

test('a leading v is taken off', () => {
  expect(exactVersion('consul', 'v1.21.0')).toBe('1.21.0');
});
