import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LeaseLost, openLease } from '../../../../src/state/lock/lease.js';
import { thrown } from '../../../helpers/thrown.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

const { signal } = new AbortController();

/** A lease on what answers as it is told to. */
function leaseOn(answer: { now: 'held' | 'away' | 'lost' }, patienceMs?: number) {
  const asked: number[] = [];
  const renew = (unheardMs: number): Promise<void> => {
    asked.push(unheardMs);
    if (answer.now === 'held') return Promise.resolve();
    return Promise.reject(answer.now === 'lost' ? new LeaseLost('theirs by now') : new Error('no answer'));
  };
  return { asked, lease: openLease({ everyMs: 4000, holdsMs: 15_000, renew, ...(patienceMs === undefined ? {} : { patienceMs }) }) };
}

test('what was confirmed is asked for once more, and found lost before anything is begun', async () => {
  const answer = { now: 'held' as 'held' | 'away' | 'lost' };
  const { lease, asked } = leaseOn(answer);
  await lease.confirm(signal);
  expect(asked).toHaveLength(1);
  answer.now = 'lost';
  expect(await thrown(() => lease.confirm(signal))).toEqual(new LeaseLost('theirs by now'));
  expect(lease.lost.aborted).toBe(true);
  await lease.end();
});

test('a place that does not answer holds nobody up for as long as nobody else can have the lock', async () => {
  const answer = { now: 'away' as 'held' | 'away' | 'lost' };
  const { lease } = leaseOn(answer);
  await lease.confirm(signal);
  expect(lease.lost.aborted).toBe(false);
  // Then whatever would begin waits for its answer.
  vi.setSystemTime(Date.now() + 16_000);
  let isConfirmed = false;
  const waiting = lease.confirm(signal).then(() => (isConfirmed = true));
  await lease.confirm(AbortSignal.abort(new Error('Ctrl-C'))).catch((error: unknown) => expect(error).toEqual(new Error('Ctrl-C')));
  expect(isConfirmed).toBe(false);
  answer.now = 'held';
  await waiting;
  expect(isConfirmed).toBe(true);
  await lease.end();
});

test('one that does not answer for long is as good as lost', async () => {
  const { lease } = leaseOn({ now: 'away' }, 1);
  vi.setSystemTime(Date.now() + 90_000);
  expect(await thrown(() => lease.confirm(signal))).toEqual(
    new LeaseLost('what keeps the lock has not answered for 1 m 30 s: somebody else may have it by now'),
  );
  expect(lease.lost.aborted).toBe(true);
  await lease.end();
});
