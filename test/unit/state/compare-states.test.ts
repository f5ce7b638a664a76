import { expect, test } from 'vitest';
import { compareStates } from '../../../src/state/backup/compare-states.js';

const state = (serial: number, names: readonly string[], lineage = 'one', value = 'a'): string =>
  JSON.stringify({
    ...{ version: 4, serial, lineage, outputs: {} },
    resources: names.map((name) => ({ mode: 'managed', type: 't', name, instances: [{ attributes: { id: name, value } }] })),
  });
const known = (...serials: readonly number[]) => serials.map((serial) => ({ serial, lineage: 'one' }));

test.each([
  ['what is there is the same', state(5, ['a']), state(5, ['a']), known(5), undefined],
  ['the same with a higher serial', state(9, ['a']), state(5, ['a']), known(5, 9), undefined],
  ['nothing is there', undefined, state(5, ['a']), known(5), 5],
  ['an empty file is there', '', state(5, ['a']), known(5), 5],
  ['something torn is there', '{', state(5, ['a']), known(5), 5],
  ['an older one is there', state(3, ['a']), state(5, ['a', 'b']), known(3, 5), 5],
  ['nothing is there, and newer copies are known', undefined, state(5, ['a']), known(5, 8), 9],
  ['a newer one is there', state(9, ['a', 'b']), state(5, ['a']), known(5, 9), 10],
  ['one of the same serial says otherwise', state(5, ['b']), state(5, ['a']), known(5), 6],
  ['one of another lineage is there, with the same serial', state(5, ['b'], 'two'), state(5, ['a']), known(5), 5],
])('%s: what is written has the serial that nobody takes for an old one', (_, current, wanted, copies, serial) => {
  const { write } = compareStates(current, wanted, copies);
  expect(write === undefined ? undefined : (JSON.parse(write) as { serial: number }).serial).toBe(serial);
  if (write !== undefined) expect({ ...JSON.parse(write), serial: 0 }).toEqual({ ...JSON.parse(wanted), serial: 0 });
});

test.each([
  [undefined, state(5, ['a', 'b']), 'not there -> serial 5, 2 resources'],
  ['{', state(5, ['a']), 'damaged -> serial 5, 1 resource'],
  [state(3, ['a', 'c']), state(5, ['a', 'b']), 'serial 3 -> 5, 2 resources; + t.b; - t.c'],
  [state(3, ['a'], 'one', 'old'), state(5, ['a']), 'serial 3 -> 5, 1 resource, some with other values'],
  [state(3, []), state(5, ['a', 'b', 'c', 'd', 'e', 'f']), 'serial 3 -> 5, 6 resources; + t.a, t.b, t.c, t.d and 2 more'],
  [state(5, ['a']), '{"version": 4', 'was damaged when it was copied, and is left as it is'],
])('%s -> %s: %s', (current, wanted, says) => {
  expect(compareStates(current, wanted).says).toBe(says);
});

test('another lineage matters where something would be forgotten', () => {
  expect(compareStates(state(5, ['b'], 'two'), state(5, ['a']))).toMatchObject({ otherLineage: true, overwrites: true });
  expect(compareStates(state(5, [], 'two'), state(5, ['a']))).toMatchObject({ otherLineage: false, overwrites: false });
  expect(compareStates('{', state(5, ['a']))).toMatchObject({ otherLineage: false, overwrites: false });
});
