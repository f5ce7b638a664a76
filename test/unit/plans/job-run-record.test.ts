import { expect, test } from 'vitest';
import type { Health, JobState, Registered } from '../../../src/jobs/job-state.js';
import { jobRunDetail } from '../../../src/plans/job-run-record.js';

const registered: Registered = { jobId: 'web', type: 'service', version: 3, evaluationId: 'e', unchanged: false, warnings: '' };
const health = (outcome: Health['outcome']): Health => ({ outcome, allocations: [], seconds: 1 });
const check = { title: 'PING', ok: true, found: 'PONG', ms: 1 };

test.each<[Partial<JobState>, string]>([
  [{ registered, health: health('healthy'), checks: [check, check] }, 'version 3, healthy, 2 checks passed'],
  [{ registered: { ...registered, unchanged: true }, health: health('complete') }, 'unchanged, version 3, ran to its end'],
  [{ registered, health: health('canary-waiting') }, 'version 3, canaries wait for promotion'],
  [{ registered }, 'version 3, not followed'],
  [{ checks: [check] }, '1 check passed'],
  [{ stopped: { ended: 1, askedAgain: 0, unreachable: [] } }, '1 allocation ended'],
  [{ stopped: { ended: 3, askedAgain: 0, unreachable: ['client-2'] } }, '3 allocations ended, client-2 away'],
])('%o: %s', (state, detail) => {
  expect(jobRunDetail(state)).toBe(detail);
});
