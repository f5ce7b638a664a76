import { expect, test } from 'vitest';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import { askerOf, type Scene } from '../../../../src/jobs/verify/failover-scene.js';

const web = (ID: string, NodeID: string, CreateIndex: number, more: Partial<Allocation> = {}): Allocation =>
  ({ ID, NodeID, CreateIndex, TaskGroup: 'web', ClientStatus: 'running', DesiredStatus: 'run', ...more }) as Allocation;

/** Whom a scene asks, whose victim is on node a, while these allocations are there. */
async function asked(...allocations: readonly Allocation[]): Promise<string | undefined> {
  const api = { allocations: async () => ({ value: allocations, index: 1 }) };
  const scene = { api, id: 'redis', repeat: { group: 'web' }, victim: { NodeID: 'a' }, signal: new AbortController().signal };
  return (await askerOf(scene as unknown as Scene))?.ID;
}

test('the one that asks stays the same when others come in the place of those that went with the node', async () => {
  const before = [web('one', 'a', 10), web('two', 'b', 11), web('three', 'b', 12)];
  expect(await asked(...before)).toBe('two');
  const lost = web('one', 'a', 10, { ClientStatus: 'unknown' });
  expect(await asked(lost, ...before.slice(1), web('instead', 'b', 20))).toBe('two');
  expect(await asked(...before.toReversed(), web('instead', 'b', 20))).toBe('two');
});

test('where all are on the node of the victim, the newest is as good as any; without one nobody asks', async () => {
  expect(await asked(web('one', 'a', 10), web('two', 'a', 11))).toBe('two');
  expect(await asked(web('ended', 'b', 9, { ClientStatus: 'complete' }))).toBeUndefined();
  expect(await asked(web('other', 'b', 9, { TaskGroup: 'redis' }))).toBeUndefined();
});
