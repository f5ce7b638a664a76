import { expect, test } from 'vitest';
import { refusalCases } from '../../helpers/refusal-cases/all.js';
import { refusalSites } from '../../helpers/refusal-sites.js';

test('every refusal of the source has a case, and every case a refusal', () => {
  expect([...new Set(refusalCases.map(({ at }) => at))].sort()).toEqual(refusalSites().sort());
});
