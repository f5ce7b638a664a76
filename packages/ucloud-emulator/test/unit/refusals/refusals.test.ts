import { expect, test } from 'vitest';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';
import { addressCases } from '../../helpers/refusal-cases/addresses.js';
import { balancerCases } from '../../helpers/refusal-cases/balancers.js';
import { diskCases } from '../../helpers/refusal-cases/disks.js';
import { hostCases } from '../../helpers/refusal-cases/hosts.js';
import { networkCases } from '../../helpers/refusal-cases/networks.js';
import { requestCases } from '../../helpers/refusal-cases/requests.js';
import { messagePattern, refusalSites } from '../../helpers/refusal-sites.js';

const cases = [...addressCases, ...balancerCases, ...diskCases, ...hostCases, ...networkCases, ...requestCases];

test('every refusal of the source has a case, and every case a refusal', () => {
  expect([...new Set(cases.map(({ at }) => at))].sort()).toEqual(refusalSites().sort());
});

test.each(cases)('$at', async ({ at, code, says = '', options, ask }) => {
  const { RetCode, Message } = ask(await dispatchedCloud(options));
  expect([RetCode, Message]).toEqual([code, expect.stringMatching(messagePattern(at))]);
  expect(Message).toContain(says);
});
