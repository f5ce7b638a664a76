import { expect, test } from 'vitest';
import type { Allocation, Evaluation } from '../../../../src/clients/nomad-rollout-model.js';
import { decidedAllocations } from '../../../../src/jobs/rollout/decided-allocations.js';

const { signal } = new AbortController();
const NOW = Date.parse('2026-01-01T12:00:00Z');
const evaluation = (Status: string, WaitUntil?: string) => ({ ID: Status, Status, ...(WaitUntil ? { WaitUntil } : {}) }) as Evaluation;

/** Evaluations as they are seen at each look, the last of them for good. */
async function looks(...seen: Evaluation[][]): Promise<{ looks: number; found: Allocation[] }> {
  let looked = 0;
  const api = {
    evaluations: async () => ({ value: seen[Math.min(looked++, seen.length - 1)] ?? [], index: looked }),
    allocations: async () => ({ value: [{ ID: `after ${looked}` }] as Allocation[], index: 9 }),
  };
  return { found: await decidedAllocations(api, 'redis', { signal, now: () => NOW }), looks: looked };
}

test('are asked for when the evaluation of a failure has been looked at', async () => {
  const pending = [evaluation('complete'), evaluation('pending', '0001-01-01T00:00:00Z')];
  expect(await looks(pending, pending, [evaluation('complete')])).toEqual({ looks: 3, found: [{ ID: 'after 3' }] });
});

test('do not wait for an evaluation whose time has not come, nor for one that is blocked', async () => {
  const later = [evaluation('pending', '2026-01-01T12:00:30Z'), evaluation('blocked')];
  expect(await looks(later)).toEqual({ looks: 1, found: [{ ID: 'after 1' }] });
  expect(await looks([evaluation('pending', '2026-01-01T11:59:59Z')], later)).toMatchObject({ looks: 2 });
});
