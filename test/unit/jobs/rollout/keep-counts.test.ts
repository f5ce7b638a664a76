import { describe, expect, it } from 'vitest';
import type { Job, JobSpec, ScaleStatus } from '../../../../src/clients/nomad-job-model.js';
import { countsToKeep, withCounts } from '../../../../src/jobs/rollout/keep-counts.js';

const spec = (count: number): JobSpec => ({ ID: 'web', Type: 'service', TaskGroups: [{ Name: 'app', Count: count, Tasks: [] }] });
const current = (count: number, stop = false): Job => ({
  ...spec(count),
  Stop: stop,
  Status: 'running',
  Version: 3,
  SubmitTime: 0,
  JobModifyIndex: 9,
  ModifyIndex: 9,
});
const scaled = (...events: [from: number, to: number | null, failed?: boolean][]): ScaleStatus => ({
  JobID: 'web',
  TaskGroups: {
    app: {
      Desired: 0,
      Events: events.map(([PreviousCount, Count, Error = false], index) => ({
        PreviousCount,
        Count,
        Error,
        Message: '',
        Time: 100 - index,
      })),
    },
  },
});

describe('countsToKeep', () => {
  it.each([
    ['scaled since the file was deployed', spec(2), current(5), scaled([2, 5]), [{ group: 'app', file: 2, kept: 5 }]],
    ['scaled several times', spec(2), current(7), scaled([5, 7], [2, 5]), [{ group: 'app', file: 2, kept: 7 }]],
    ['scaled back', spec(2), current(2), scaled([5, 2], [2, 5]), []],
    ['the file was edited meanwhile', spec(4), current(5), scaled([2, 5]), []],
    ['never scaled', spec(4), current(2), scaled(), []],
    ['scaled long ago, deployed over since', spec(3), current(2), scaled([2, 5]), []],
    ['a scaling that failed', spec(2), current(5), scaled([2, 9, true], [2, 5]), [{ group: 'app', file: 2, kept: 5 }]],
    ['a note without a count', spec(2), current(5), scaled([5, null], [2, 5]), [{ group: 'app', file: 2, kept: 5 }]],
    ['a stopped job', spec(2), current(5, true), scaled([2, 5]), []],
    ['a new job', spec(2), undefined, undefined, []],
  ])('%s', (_, file, running, events, expected) => {
    expect(countsToKeep(file, running, events)).toEqual(expected);
  });

  it('puts the kept counts into the specification and leaves the rest alone', () => {
    const kept = withCounts({ ...spec(2), Unknown: { deep: true } }, [{ group: 'app', file: 2, kept: 5 }]);
    expect(kept).toEqual({ ...spec(5), Unknown: { deep: true } });
  });
});
