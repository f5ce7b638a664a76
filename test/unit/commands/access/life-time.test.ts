import { expect, test } from 'vitest';
import { lifeOf } from '../../../../src/commands/access/life-time.js';
import { thrown } from '../../../helpers/thrown.js';

const HOUR_MS = 3_600_000;

test.each([
  ['90m', 1.5 * HOUR_MS],
  ['8h', 8 * HOUR_MS],
  ['30d', 720 * HOUR_MS],
  ['1d12h', 36 * HOUR_MS],
  [undefined, 720 * HOUR_MS],
  ['never', undefined],
])('--ttl %s is %s ms', (text, ms) => {
  expect(lifeOf(text)).toBe(ms);
});

test.each(['', '0h', '5y', '8', 'h', '8 h', '-1h', '8h!', '1.5h'])('--ttl %j is refused', async (text) => {
  expect(await thrown(() => lifeOf(text))).toMatchObject({ code: 'ttl-invalid', exitCode: 2 });
});
