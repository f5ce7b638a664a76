import { expect, it } from 'vitest';
import { ApiError, OutcomeError } from '../../../packages/base/src/errors.js';
import { hintMatching } from '../../helpers/hint-line.js';
import { refusalInWords } from '../../../src/jobs/nomad-refusal.js';

const refused = { id: 'shop', words: ['shop', '--namespace', 'team'] };

function answer(said: string, status = 500): ApiError {
  return new ApiError(`Nomad refused POST /v1/job/shop/scale with ${status}`, {
    code: status === 404 ? 'api-not-found' : 'api-refused',
    why: said.split('\n'),
    details: { status, said },
  });
}

it.each([
  ['job scaling blocked due to active deployment', 'deployment-active', 'job shop cannot be scaled now'],
  ['group count was greater than scaling policy maximum: 9 > 5', 'count-refused', 'job shop cannot be scaled to 9'],
  ['group count was less than scaling policy minimum: 0 < 1', 'count-refused', 'job shop cannot be scaled to 0'],
  ['jobs of type "system" can only be scaled between 0 and 1', 'count-refused', 'job shop cannot be scaled to that'],
  ['1 error occurred:\n\t* Task group "web" has 0/1 healthy allocations\n\n', 'canaries-not-healthy', 'only healthy ones are promoted'],
  ["can't promote terminal deployment", 'deployment-ended', 'the deployment of job shop has ended meanwhile'],
  ['Current job has version 3; enforcing version 2', 'job-changed', 'job shop was changed by somebody else meanwhile'],
  ['job "shop" not found', 'job-removed', 'job shop is not in the cluster any more'],
  ['job "shop" in namespace "default" at version 9 not found', 'version-unknown', 'job shop has no version 9 any more'],
  ["can't revert to current version", 'version-unknown', 'job shop is at that version already'],
  ['No cluster leader', 'no-leader', 'nobody decides about job shop'],
])('%s: what, why and next', (said, code, message) => {
  const told = refusalInWords(answer(said), refused) as OutcomeError;
  expect(told).toBeInstanceOf(OutcomeError);
  expect(told).toMatchObject({ code, exitCode: 1, next: hintMatching(/^nomadctl /) });
  expect(told.message).toContain(message);
  expect(told.why.join('')).not.toBe('');
  expect(told.details).toMatchObject({ said, status: 500 });
});

it("one that nobody has met: Nomad's words without the marks of Go's lists", () => {
  const told = refusalInWords(answer('2 errors occurred:\n\t* volume is full\n\t* quota is used up\n'), refused) as OutcomeError;
  expect(told.message).toBe('Nomad refused what was asked of job shop');
  expect(told.why).toEqual(['volume is full', 'quota is used up']);
  expect(told.next).toEqual('nomadctl job status shop --namespace team');
});

it('keeps the step that was running, and leaves other errors alone', () => {
  const error = answer('job "shop" not found', 404);
  error.during = { title: 'Scaling', log: '/logs' };
  expect(refusalInWords(error, refused)).toMatchObject({ during: { title: 'Scaling', log: '/logs' } });
  for (const other of [new Error('x'), new ApiError('nothing answers', { code: 'api-unreachable' })])
    expect(refusalInWords(other, refused)).toBe(other);
});
