import { expect, test } from 'vitest';
import { mergeConfigs } from '../../../../src/agents/config/merge-configs.js';

test('blocks become one block, in the order of the alphabet, without what is undefined', () => {
  const merged = mergeConfigs([{ z: 1, block: { b: [2], empty: undefined } }, { block: { a: { deep: true } } }, { a: undefined }]);
  expect(JSON.stringify(merged)).toBe('{"block":{"a":{"deep":true},"b":[2]},"z":1}');
});

test.each([
  ['a value', [{ block: { key: 1 } }, { block: { key: 2 } }], 'block.key is said by 2 parts'],
  ['the same value', [{ key: 1 }, { key: 1 }], 'key is said by 2 parts'],
  ['a list', [{ plugin: [] }, { plugin: [] }], 'plugin is said by 2 parts'],
  ['a block and a value', [{ key: {} }, { key: 1 }], 'key is said by 2 parts'],
])('%s that two parts say is refused', (_, parts, message) => {
  expect(() => mergeConfigs(parts)).toThrow(message);
});
