const LONGEST = 60;

/** A value as messages quote it: `"two"`, `3`, `[1, "a"]`; long ones are cut. */
export function shown(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : write(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function write(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value) ?? typeof value;
}
