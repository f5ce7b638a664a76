import { expect, test } from 'vitest';
import { ApiError } from '../../../packages/base/src/errors.js';
import { placeProblem } from '../../../src/state/backend/place-problem.js';
import { HERE } from '../../../src/state/state-owner.js';

const at = (backend: string, address: string): Parameters<typeof placeProblem>[0] => ({
  name: 'prod',
  place: { ...HERE, backend, address, bucket: 'b' },
});
const said = (status: number, text: string, code = 'api-refused'): ApiError =>
  new ApiError('refused', { code, why: [text], details: { status, said: text } });

test.each([
  ['s3', said(403, '<Error><Code>RequestTimeTooSkewed</Code></Error>', 'api-forbidden'), 'state-clock'],
  ['s3', said(404, '<Error><Code>NoSuchBucket</Code></Error>'), 'state-bucket-missing'],
  ['s3', said(404, '<Error><Code>InvalidAccessKeyId</Code></Error>'), 'state-forbidden'],
  ['consul', said(403, 'token not found', 'api-forbidden'), 'state-forbidden'],
  ['consul', said(500, 'No cluster leader'), 'state-unreachable'],
  ['consul', said(413, 'Request body too large'), 'state-too-large'],
  ['http', said(507, 'Insufficient Storage'), 'state-unreachable'],
])('%s: %s', (backend, cause, code) => {
  const problem = placeProblem(at(backend, 'https://states.example'), cause);
  expect(problem).toMatchObject({ code, exitCode: 3, cause });
  expect((problem as ApiError).next).toBeDefined();
});

test('any other failure stays as it is', () => {
  const cause = said(422, 'nonsense');
  expect(placeProblem(at('consul', 'https://states.example'), cause)).toBe(cause);
});
