import { expect, it } from 'vitest';
import { meetsVersion, type VersionRule } from '../../../../src/jobs/placement/version-constraint.js';

it.each<[found: string, wanted: string, rule: VersionRule, met: boolean]>([
  ['1.11.3', '>= 1.9', 'version', true],
  ['1.11.3', '>= 1.9, < 1.11', 'version', false],
  ['1.11.3', '1.11.3', 'version', true],
  ['v1.11.3', '= 1.11.3', 'version', true],
  ['1.11', '= 1.11.0', 'version', true],
  ['1.11.3', '!= 1.11.3', 'version', false],
  ['5.10.0.4', '> 5.10', 'version', true],
  ['5.10', '<= 5.9', 'version', false],
  ['1.2.9', '~> 1.2.3', 'version', true],
  ['1.3.0', '~> 1.2.3', 'version', false],
  ['1.3.0', '~> 1.2', 'version', true],
  ['2.0.0', '~> 1.2', 'version', false],
  ['1.2.2', '~> 1.2.3', 'version', false],
  ['1.12.0-beta.1', '>= 1.9', 'version', false],
  ['1.12.0-beta.1', '>= 1.12.0-alpha', 'version', true],
  ['1.12.0-beta.1', '>= 1.9', 'semver', true],
  ['1.12.0-beta.1', '>= 1.12.0', 'semver', false],
  ['1.12.0-beta.2', '> 1.12.0-beta.10', 'semver', false],
  ['1.12.0-beta.10', '> 1.12.0-beta.2', 'semver', true],
  ['1.12.0-beta', '< 1.12.0-beta.1', 'semver', true],
  ['1.12.0-1', '< 1.12.0-alpha', 'semver', true],
  ['1.11.3+ent', '>= 1.11.3', 'semver', true],
  ['1.3.0', '~> 1.2', 'semver', false],
  ['none', '>= 1.0', 'version', false],
  ['1.0', 'about 1', 'version', false],
])('%s %s as %s: %s', (found, wanted, rule, met) => {
  expect(meetsVersion(found, wanted, rule)).toBe(met);
});
