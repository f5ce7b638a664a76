import { expect, test } from 'vitest';
import { labelProblem } from '../../../src/names/consul-names.js';

test.each([
  ['web', undefined],
  ['web-2', undefined],
  ['Web', undefined],
  ['my_bot', /underscore.*use -/],
  ['a.b', /tag/],
  ['-web', /only letters/],
  ['web ', /only letters/],
  ['w'.repeat(63), undefined],
  ['w'.repeat(64), /63/],
])('%s as a part of a name', (label, problem) => {
  if (problem === undefined) expect(labelProblem(label)).toBeUndefined();
  else expect(labelProblem(label)).toMatch(problem);
});
