import { describe, expect, it } from 'vitest';
import { createPauses, retryAfterMs } from '../../../src/clients/pauses.js';

const refused = (status: number, more: { isRead?: boolean; retryAfter?: string } = {}) => ({
  ...{ status, isRead: more.isRead ?? false, retryAfter: more.retryAfter },
});

describe('pauses before the next attempt', () => {
  it('grow while a service says that there are too many requests, and end', () => {
    const pauses = createPauses({ random: () => 0.5 });
    const all = Array.from({ length: 20 }, () => pauses.next(refused(429)));
    expect(all.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(all.at(-1)).toBeUndefined();
    expect(all.reduce((sum: number, ms) => sum + (ms ?? 0), 0)).toBeLessThanOrEqual(30_000);
  });

  it('are what the service asks for, up to ten seconds', () => {
    expect(createPauses().next(refused(429, { retryAfter: '2' }))).toBe(2000);
    expect(createPauses().next(refused(429, { retryAfter: '3600' }))).toBe(10_000);
  });

  it.each([
    [503, true, '1', 1000],
    // Whether it was carried out is not known.
    [503, false, '1', undefined],
    [503, true, undefined, undefined],
    [500, true, '1', undefined],
    [404, true, undefined, undefined],
  ])('for %i (read: %s, Retry-After %s): %s', (status, isRead, retryAfter, ms) => {
    expect(createPauses().next(refused(status, { isRead, ...(retryAfter === undefined ? {} : { retryAfter }) }))).toBe(ms);
  });
});

it.each([
  [undefined, undefined],
  ['7', 7000],
  ['Thu, 01 Jan 1970 00:00:20 GMT', 15_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
  ['soon', undefined],
])('Retry-After: %s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, 5000)).toBe(ms);
});
