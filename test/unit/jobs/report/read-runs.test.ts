import { expect, it } from 'vitest';
import type { JobStub } from '../../../../src/clients/nomad-job-model.js';
import { jobRow } from '../../../../src/cluster/job-row.js';
import { outcomeOf } from '../../../../src/jobs/report/read-runs.js';

const none = { Complete: 0, Failed: 0, Lost: 0, Running: 0, Starting: 0, Queued: 0 };

function stub(more: Partial<JobStub> = {}, sums: Partial<typeof none> = {}): JobStub {
  return {
    ID: 'nightly',
    Namespace: 'default',
    ParentID: '',
    Type: 'batch',
    Status: 'dead',
    Stop: false,
    Periodic: false,
    ParameterizedJob: false,
    SubmitTime: 1,
    JobSummary: { Summary: { g: { ...none, ...sums } }, Children: null },
    ...more,
  };
}

it.each([
  ['running', stub({ Status: 'running' }), ['running']],
  ['pending', stub({ Status: 'pending' }), []],
  ['pending', stub({ Status: 'running' }), ['pending']],
  ['complete', stub(), ['complete', 'complete']],
  ['failed', stub(), ['complete', 'failed']],
  ['failed', stub(), ['lost']],
  ['stopped', stub({ Stop: true }), ['complete']],
  ['complete', stub({}, { Complete: 1, Failed: 1 }), []],
  ['failed', stub({}, { Failed: 2 }), []],
  ['unknown', stub(), []],
] as const)('a run is %s', (outcome, run, statuses) => {
  const latest = statuses.map((ClientStatus) => ({ ClientStatus }));
  expect(outcomeOf(run, latest)).toBe(outcome);
});

it('a job that only starts others counts its runs, and any other its allocations', () => {
  const children = { Pending: 1, Running: 2, Dead: 7 };
  const parent = stub({ Periodic: true, Status: 'running', JobSummary: { Summary: { g: none }, Children: children } });
  expect(jobRow(parent)).toMatchObject({ type: 'periodic batch', counts: 'runs', running: 2, desired: 3 });
  expect(jobRow(stub({ Status: 'running' }, { Running: 2, Starting: 1, Queued: 1 }))).toMatchObject({
    type: 'batch',
    counts: 'allocations',
    running: 2,
    desired: 4,
  });
  expect(jobRow(stub({ Stop: true }))).toMatchObject({ status: 'stopped' });
});
