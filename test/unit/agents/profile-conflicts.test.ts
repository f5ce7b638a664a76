import { expect, test } from 'vitest';
import { profileConflicts } from '../../../src/agents/profile/profile-conflicts.js';

test.each([
  [{ profile: 'secure', clientCertificates: true, clientIntroduction: 'strict' }, []],
  [{ profile: 'poc', clientCertificates: false, clientIntroduction: 'none' }, []],
  [{ clientCertificates: true }, []],
  [{ profile: 'poc', clientCertificates: true }, ['clientCertificates']],
  [{ profile: 'poc', clientIntroduction: 'strict' }, ['clientIntroduction strict']],
] as const)('%j', (settings, wrong) => {
  const conflicts = profileConflicts(settings);
  expect(conflicts.map(({ text }) => text.split(' is for')[0])).toEqual(wrong);
  for (const { fix } of conflicts) expect(fix).toEqual({ profile: 'secure' });
});
