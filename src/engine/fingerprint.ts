import { createHash } from 'node:crypto';
import type { Json } from '@nomadctl/base/json';

/** A short hash per input, so that a change can be named without the values being kept. */
export type Fingerprint = Readonly<Record<string, string>>;

export function fingerprintOf(inputs: Readonly<Record<string, Json | undefined>>): Fingerprint {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, hash(canonical(value ?? null))]),
  );
}

/** Names of the inputs that differ, in alphabetical order. */
export function changedInputs(before: Fingerprint, now: Fingerprint): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]).sort();
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** JSON with sorted keys, so that the same values always hash the same. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, Json | undefined>).filter(
      (entry): entry is [string, Json] => entry[1] !== undefined,
    );
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}
