import { expect, it } from 'vitest';
import type { Job } from '../../../../src/clients/nomad-job-model.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { chooseVersion } from '../../../../src/jobs/rollout/choose-version.js';

const version = (Version: number, more: Partial<Job> = {}): Job =>
  ({ ID: 'web', Version, Stable: false, Stop: false, ...more }) as unknown as Job;
const [stop, stable] = [{ Stop: true, Stable: true }, { Stable: true }];

it.each([
  ['the newest earlier one that was healthy', [version(3), version(2), version(1, stable), version(0, stable)], undefined, 1],
  ['the one before, when none was', [version(1), version(0)], undefined, 0],
  ['none that is a stop, healthy or not', [version(2), version(1, stop), version(0)], undefined, 0],
  ['the one that is asked for', [version(2), version(1, stable), version(0)], 0, 0],
] as const)('goes back to %s', (_, versions, wanted, expected) => {
  expect(chooseVersion('web', versions, wanted).Version).toBe(expected);
});

it.each([
  ['stopped now', [version(1, stop), version(0, stable)], 1, 'job web is at version 1 already, and stopped', 'nomadctl job revert web'],
  ['there already', [version(1), version(0)], 1, 'job web is at version 1 already', 'nomadctl job status web'],
  [
    'a stop',
    [version(2), version(1, stop), version(0)],
    1,
    'version 1 of job web is a stop: there is nothing to run in it',
    'nomadctl job revert web',
  ],
  ['not kept', [version(1), version(0)], 7, 'job web has no version 7', 'nomadctl job status web'],
  ['the first', [version(0)], undefined, 'job web has no earlier version', 'nomadctl job status web'],
] as const)('refuses what is %s', (_, versions, wanted, message, next) => {
  const refusal = expect.objectContaining({ code: 'version-unknown', message, next: hintMatching(new RegExp(`^${next}$`)) }) as Error;
  expect(() => chooseVersion('web', versions, wanted)).toThrow(refusal);
});
