/** A version in parts: of a program, a provider, a node's attribute. */
export interface Version {
  /** Three at least. */
  readonly segments: readonly number[];
  /** How many were written. */
  readonly given: number;
  /** Without the dash; empty for a release. */
  readonly prerelease: string;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-?([0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*))?(?:\+[0-9A-Za-z.~-]+)?$/;

/**
 * Reads what https://pkg.go.dev/github.com/hashicorp/go-version reads, and so every version of https://semver.org. What comes after a
 * plus does not count. Undefined for what is no version.
 */
export function readVersion(text: string): Version | undefined {
  const [, numbers, prerelease = ''] = VERSION.exec(text) ?? [];
  if (numbers === undefined) return undefined;
  const segments = numbers.split('.').map(Number);
  const padded = [...segments, 0, 0, 0].slice(0, Math.max(3, segments.length));
  return { segments: padded, given: segments.length, prerelease };
}

/** By the precedence of https://semver.org: below zero when `a` comes before `b`. */
export function orderOf(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.segments.length, b.segments.length); at++) {
    const order = (a.segments[at] ?? 0) - (b.segments[at] ?? 0);
    if (order !== 0) return order;
  }
  return orderOfPrereleases(a.prerelease, b.prerelease);
}

function orderOfPrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = orderOfIdentifiers(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function orderOfIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const [isA, isB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isA && isB) return Number(a) - Number(b);
  if (isA !== isB) return isA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
