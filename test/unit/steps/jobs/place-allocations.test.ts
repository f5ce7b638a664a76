import { expect, test } from 'vitest';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import { whereabouts } from '../../../../src/steps/jobs/place-allocations.js';

const placed = (group: string, ...nodes: readonly string[]): Allocation[] =>
  nodes.map((node) => ({ TaskGroup: group, NodeName: node }) as Allocation);

test.each([
  [[...placed('redis', 'client-1'), ...placed('web', 'client-2')], 'redis on client-1, web on client-2'],
  [placed('web', 'client-2', 'client-1'), 'web on client-1 and client-2'],
  [placed('web', 'client-1', 'client-1'), 'web on client-1 (2)'],
  [placed('web', 'client-2', 'client-1', 'client-2'), 'web on client-1 and client-2 (2)'],
  [placed('web', 'a', 'b', 'c', 'a'), 'web on 3 nodes'],
  [[], ''],
])('allocations are told by group and node: %#', (allocations, text) => expect(whereabouts(allocations)).toBe(text));
