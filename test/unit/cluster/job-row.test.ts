import { expect, test } from 'vitest';
import { jobRow, jobRows, jobStatus } from '../../../src/cluster/job-row.js';
import type { JobStub } from '../../../src/clients/nomad-job-model.js';

const stub = (more: Partial<JobStub> = {}): JobStub => ({
  ...{ ID: 'web', Namespace: 'default', ParentID: '', Type: 'service', Status: 'running', Stop: false, Periodic: false },
  ...{ ParameterizedJob: false, SubmitTime: 0 },
  ...more,
});

test.each([
  ['running', { Type: 'service', Status: 'running', Stop: false }, { complete: 3, failed: 1 }],
  ['pending', { Type: 'service', Status: 'pending', Stop: false }, { complete: 0, failed: 0 }],
  ['stopped', { Type: 'service', Status: 'running', Stop: true }, { complete: 0, failed: 0 }],
  ['stopped', { Type: 'batch', Status: 'dead', Stop: true }, { complete: 1, failed: 0 }],
  ['complete', { Type: 'batch', Status: 'dead', Stop: false }, { complete: 2, failed: 0 }],
  ['complete', { Type: 'sysbatch', Status: 'dead', Stop: false }, { complete: 2, failed: 0 }],
  ['failed', { Type: 'batch', Status: 'dead', Stop: false }, { complete: 0, failed: 1 }],
  ['failed', { Type: 'service', Status: 'dead', Stop: false }, { complete: 0, failed: 1 }],
  // Nobody can tell: tried again, or failed in part; and a service of which nothing is to run has not ended.
  ['dead', { Type: 'batch', Status: 'dead', Stop: false }, { complete: 1, failed: 1 }],
  ['dead', { Type: 'service', Status: 'dead', Stop: false }, { complete: 1, failed: 0 }],
  ['dead', { Type: 'batch', Status: 'dead', Stop: false }, { complete: 0, failed: 0 }],
])('%s is the word for %o, of which ended: %o', (word, job, ended) => {
  expect(jobStatus(job, ended)).toBe(word);
});

test('a row counts over all groups, and takes what is lost for failed', () => {
  const Summary = { a: { Running: 1, Starting: 1, Queued: 2 }, b: { Running: 2, Complete: 4 } };
  expect(jobRow(stub({ JobSummary: { Summary } }))).toMatchObject({ counts: 'allocations', running: 3, desired: 6, status: 'running' });
  const lost = { a: { Lost: 1 } };
  expect(jobRow(stub({ Status: 'dead', JobSummary: { Summary: lost } }))).toMatchObject({ status: 'failed', running: 0 });
});

test('a parent counts its runs, which have no rows', () => {
  const Children = { Pending: 1, Running: 2, Dead: 9 };
  const parent = stub({ Type: 'batch', Periodic: true, JobSummary: { Summary: {}, Children } });
  expect(jobRows([parent, stub({ ID: 'web/periodic-1', ParentID: 'web' })])).toEqual([
    { id: 'web', namespace: 'default', type: 'periodic batch', status: 'running', counts: 'runs', running: 2, desired: 3 },
  ]);
});
