/**
 * Constraints on versions as Nomad understands them: `version` as https://pkg.go.dev/github.com/hashicorp/go-version does, with any
 * number of segments and without prereleases unless one is asked for; `semver` by the precedence of https://semver.org alone.
 */
export type VersionRule = 'version' | 'semver';

interface Version {
  /** Three at least. */
  readonly segments: readonly number[];
  /** How many were written. */
  readonly given: number;
  readonly prerelease: string;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-?([0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*))?(?:\+[0-9A-Za-z.~-]+)?$/;
const PART = /^(|=|!=|>|<|>=|<=|~>)\s*(v?\d\S*)$/;

/** Whether a version meets every part of `>= 1.2, < 2`. False for what is no version, as in Nomad. */
export function meetsVersion(found: string, wanted: string, rule: VersionRule): boolean {
  const version = parse(found.trim());
  if (!version) return false;
  return wanted.split(',').every((part) => {
    const [, operator = '', text = ''] = PART.exec(part.trim()) ?? [];
    const bound = parse(text);
    return bound !== undefined && meets({ version, operator, bound, rule });
  });
}

function parse(text: string): Version | undefined {
  const [, numbers, prerelease = ''] = VERSION.exec(text) ?? [];
  if (numbers === undefined) return undefined;
  const segments = numbers.split('.').map(Number);
  const padded = [...segments, 0, 0, 0].slice(0, Math.max(3, segments.length));
  return { segments: padded, given: segments.length, prerelease };
}

interface Comparison {
  readonly version: Version;
  readonly operator: string;
  readonly bound: Version;
  readonly rule: VersionRule;
}

function meets({ version, operator, bound, rule }: Comparison): boolean {
  const order = compare(version, bound);
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

function compare(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.segments.length, b.segments.length); at++) {
    const order = (a.segments[at] ?? 0) - (b.segments[at] ?? 0);
    if (order !== 0) return order;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareIdentifiers(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const [isA, isB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isA && isB) return Number(a) - Number(b);
  if (isA !== isB) return isA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
