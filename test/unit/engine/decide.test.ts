import { expect, test } from 'vitest';
import { decide, type Evidence } from '../../../src/engine/decide.js';
import type { StepRecord } from '../../../src/engine/journal.js';

const now = 1_000_000;
const record = (status: StepRecord['status']): StepRecord => ({
  status,
  startedAt: 0,
  finishedAt: now - 12 * 60_000,
  fingerprint: { image: 'a' },
  detail: '',
});
const probes = { absent: undefined, yes: { done: true }, no: { done: false, because: 'missing in the cloud' } } as const;
const same = { image: 'a' };
const changed = { image: 'b', region: 'c' };

// The truth table of the step model: record, fingerprint, probe -> decision.
test.each<[StepRecord['status'] | 'none', 'same' | 'changed', keyof typeof probes, string, string]>([
  ['none', 'same', 'absent', 'run', 'not done yet'],
  ['none', 'same', 'no', 'run', 'missing in the cloud'],
  ['none', 'same', 'yes', 'adopt', 'already there'],
  ['failed', 'same', 'absent', 'run', 'failed last time'],
  ['failed', 'same', 'no', 'run', 'failed last time'],
  ['failed', 'changed', 'absent', 'run', 'failed last time'],
  ['failed', 'same', 'yes', 'adopt', 'already there'],
  ['interrupted', 'same', 'absent', 'run', 'was interrupted'],
  ['interrupted', 'same', 'no', 'run', 'was interrupted'],
  ['interrupted', 'changed', 'yes', 'adopt', 'already there'],
  ['running', 'same', 'absent', 'run', 'was interrupted'],
  ['running', 'same', 'yes', 'adopt', 'already there'],
  ['succeeded', 'same', 'absent', 'skip', 'done 12 min ago'],
  ['succeeded', 'same', 'yes', 'skip', 'done 12 min ago'],
  ['succeeded', 'same', 'no', 'run', 'missing in the cloud'],
  ['succeeded', 'changed', 'absent', 'run', 'inputs changed: image, region'],
  ['succeeded', 'changed', 'yes', 'run', 'inputs changed: image, region'],
  ['succeeded', 'changed', 'no', 'run', 'inputs changed: image, region'],
])('%s, inputs %s, probe %s: %s (%s)', (status, inputs, probe, action, reason) => {
  const evidence: Evidence = {
    record: status === 'none' ? undefined : record(status),
    fingerprint: inputs === 'same' ? same : changed,
    probe: probes[probe],
    now,
  };
  expect(decide(evidence)).toEqual({ action, reason });
});

test('a plan that remembers nothing has its steps done each time', () => {
  expect(decide({ record: undefined, fingerprint: same, now: 0, always: true })).toEqual({ action: 'run', reason: 'each time' });
});
