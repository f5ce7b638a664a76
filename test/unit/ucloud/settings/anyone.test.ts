import { expect, test } from 'vitest';
import { anyoneAmong } from '../../../../src/ucloud/settings/anyone.js';

test.each([
  [['203.0.113.7/32', '0.0.0.0/0'], '0.0.0.0/0'],
  [['0.0.0.0/1', '203.0.113.7/32', '128.0.0.0/1'], '0.0.0.0/1, 128.0.0.0/1'],
  [['128.0.0.0/1'], '128.0.0.0/1'],
  [['0.0.0.0/2', '64.0.0.0/2'], '0.0.0.0/2, 64.0.0.0/2'],
])('%j is everybody', (ranges, said) => {
  expect(anyoneAmong(ranges)).toBe(said);
});

test.each([[[]], [['203.0.113.7/32']], [['10.0.0.0/8', '172.16.0.0/12']], [['0.0.0.0/2', '64.0.0.0/3']]])('%j is not', (ranges) => {
  expect(anyoneAmong(ranges)).toBeUndefined();
});
