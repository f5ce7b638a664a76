import { orderOf, readVersion, type Version } from '@nomadctl/base/versions/version-order';

/**
 * Constraints on versions as Nomad understands them: `version` as https://pkg.go.dev/github.com/hashicorp/go-version does, with any
 * number of segments and without prereleases unless one is asked for; `semver` by the precedence of https://semver.org alone.
 */
export type VersionRule = 'version' | 'semver';

const PART = /^(|=|!=|>|<|>=|<=|~>)\s*(v?\d\S*)$/;

/** Whether a version meets every part of `>= 1.2, < 2`. False for what is no version, as in Nomad. */
export function meetsVersion(found: string, wanted: string, rule: VersionRule): boolean {
  const version = readVersion(found.trim());
  if (!version) return false;
  return wanted.split(',').every((part) => {
    const [, operator = '', text = ''] = PART.exec(part.trim()) ?? [];
    const bound = readVersion(text);
    return bound !== undefined && meets({ version, operator, bound, rule });
  });
}

interface Comparison {
  readonly version: Version;
  readonly operator: string;
  readonly bound: Version;
  readonly rule: VersionRule;
}

function meets({ version, operator, bound, rule }: Comparison): boolean {
  const order = orderOf(version, bound);
  if (operator === '' || operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (rule === 'version' && !mayCompare(version, bound)) return false;
  switch (operator) {
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    default:
      return rule === 'version' && order >= 0 && bound.segments.slice(0, bound.given - 1).every((one, at) => one === version.segments[at]);
  }
}

/** A prerelease is compared only with one of the same release. */
function mayCompare(version: Version, bound: Version): boolean {
  if (version.prerelease === '') return true;
  return bound.prerelease !== '' && version.segments.join('.') === bound.segments.join('.');
}
