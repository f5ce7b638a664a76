import { describe, expect, test } from 'vitest';
import { canonical, changedInputs, fingerprintOf } from '../../../src/engine/fingerprint.js';

describe('fingerprints', () => {
  test('do not depend on the order of keys, at any depth', () => {
    expect(fingerprintOf({ a: { x: 1, y: [{ p: 1, q: 2 }] }, b: 2 })).toEqual(fingerprintOf({ b: 2, a: { y: [{ q: 2, p: 1 }], x: 1 } }));
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, { a: 'null' }],
    [{ a: {} }, { a: [] }],
    [{ a: ['b', 'c'] }, { a: ['b,c'] }],
    [{ a: [1, 23] }, { a: [12, 3] }],
  ])('tell %o from %o', (one, other) => {
    expect(changedInputs(fingerprintOf(one), fingerprintOf(other))).toEqual(['a']);
  });

  test('ignore what is undefined, as JSON does', () => {
    expect(fingerprintOf({ a: 1, b: undefined })).toEqual(fingerprintOf({ a: 1 }));
    expect(canonical({ a: { b: undefined } })).toBe('{"a":{}}');
  });

  test('name what changed, came or went, in order', () => {
    expect(changedInputs(fingerprintOf({ z: 1, same: 1, gone: 1 }), fingerprintOf({ came: 1, same: 1, z: 2 }))).toEqual([
      'came',
      'gone',
      'z',
    ]);
  });

  test('keep no value', () => {
    expect(JSON.stringify(fingerprintOf({ key: 'hunter2-hunter2' }))).not.toContain('hunter2');
  });
});
