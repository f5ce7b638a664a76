import { expect, test } from 'vitest';
import { classifyOrphans } from '../../../../src/ucloud/terraform/orphans.js';

const known = (address: string, id: string) => ({ address, id, type: 'ucloud_instance', tainted: false, attributes: {} });
const found = (id: string, address: string | undefined, rank = 0) => ({ kind: 'hosts', id, label: id, address, rank }) as const;
const wanted = new Set(['a', 'b']);

test.each([
  ['an empty place takes what belongs there', [], [found('1', 'a')], ['1'], []],
  ['of two the better one', [], [found('1', 'a', 1), found('2', 'a', 3)], ['2'], ['1']],
  ['a place that is filled takes no second', [known('a', '1')], [found('1', 'a'), found('2', 'a')], [], ['2']],
  ['unless what filled it is gone', [known('a', '1')], [found('2', 'a')], ['2'], []],
  ['what nobody wants goes', [], [found('1', 'c'), found('2', undefined)], [], ['1', '2']],
  ['what terraform knows is left alone', [known('c', '1')], [found('1', 'c')], [], []],
] as const)('%s', (_, state, things, adopt, remove) => {
  const sorted = classifyOrphans([...things], { known: [...state], wanted });
  expect(sorted.adopt.map(({ id }) => id)).toEqual(adopt);
  expect(sorted.remove.map(({ id }) => id)).toEqual(remove);
});
