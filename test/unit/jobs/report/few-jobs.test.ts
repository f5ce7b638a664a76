import { describe, expect, it } from 'vitest';
import { FEW, fewJobs } from '../../../../src/jobs/report/few-jobs.js';

const job = (id: number, more: object = {}) => ({ id, status: 'running', running: 1, desired: 1, ...more });
const many = Array.from({ length: 2000 }, (_, id) => job(id));
const showAll = 'nomadctl status --all';

describe('jobs of a list', () => {
  it('are all of a few', () => {
    expect(fewJobs(many.slice(0, FEW), { all: false, showAll })).toEqual({ shown: many.slice(0, FEW) });
  });

  it('are all of many when that is asked for', () => {
    expect(fewJobs(many, { all: true, showAll })).toEqual({ shown: many });
  });

  it('are those that are not well of many', () => {
    const unwell = [
      job(1, { status: 'pending', running: 0 }),
      job(2, { running: 1, desired: 3 }),
      job(5, { status: 'failed', running: 0, desired: 0 }),
    ];
    const jobs = [...many, ...unwell, job(3, { status: 'stopped', running: 0 }), job(4, { status: 'dead', running: 0, desired: 0 })];
    expect(fewJobs(jobs, { all: false, showAll })).toEqual({
      shown: unwell,
      summary: '2005 jobs: 2001 running, 1 pending, 1 failed, 1 stopped, 1 dead; all of them: nomadctl status --all',
    });
  });

  it('are as many as fit a screen when nothing is well', () => {
    const { shown, summary } = fewJobs(
      many.map(({ id }) => job(id, { status: 'pending', running: 0 })),
      { all: false, showAll },
    );
    expect(shown).toHaveLength(FEW);
    expect(summary).toBe('2000 jobs: 2000 pending; 1980 more are not well; all of them: nomadctl status --all');
  });
});
