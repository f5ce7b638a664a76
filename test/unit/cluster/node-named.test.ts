import { expect, test } from 'vitest';
import { nodeNamed } from '../../../src/cluster/node-named.js';
import { thrown } from '../../helpers/thrown.js';

const nodes = [
  { name: 'server-1', id: 1 },
  { name: 'client-1', id: 2 },
];

test('a node is found by its name', () => {
  expect(nodeNamed('client-1', nodes)).toBe(nodes[1]);
});

test('of one that there is not, it is said which there are, and which was meant', async () => {
  expect(await thrown(() => nodeNamed('clint-1', nodes))).toMatchObject({
    exitCode: 2,
    code: 'node-unknown',
    message: 'there is no node "clint-1" (did you mean "client-1"?)',
    why: ['nodes: server-1, client-1'],
    next: 'nomadctl status',
  });
});

test.each([[[]], [undefined]])('where there are none, they are to be made first', async (none) => {
  expect(await thrown(() => nodeNamed('client-1', none))).toMatchObject({
    code: 'node-unknown',
    message: 'there is no node "client-1"',
    why: ['the cluster has no nodes yet'],
    next: 'nomadctl up',
  });
});
