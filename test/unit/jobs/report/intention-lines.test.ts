import { expect, it } from 'vitest';
import { intentionLines, toAllow } from '../../../../src/jobs/report/intention-lines.js';
import { createTestContext } from '../../../helpers/test-context.js';

const intentions = [
  { source: 'web', destination: 'redis', isDenied: false },
  { source: 'web', destination: 'mail', isDenied: true },
  { source: 'web', destination: 'shop', isDenied: false, isTold: true },
];

it('tells what a deploy allows, what is denied, and what somebody else is to allow', async () => {
  const ctx = await createTestContext();
  expect(intentionLines(intentions, ctx)).toEqual([
    expect.stringContaining('intention web to redis (allow)'),
    'warning: an intention denies web to mail, which this job needs; it stays denied',
    'warning: nothing allows web to shop, so its connections will be closed: nomadctl access intention allow web shop',
  ]);
});

it('leaves what only a job file names to whoever runs the cluster', () => {
  expect(toAllow(intentions)).toEqual([intentions[0]]);
});
