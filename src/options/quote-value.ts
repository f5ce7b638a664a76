const LONGEST = 60;

/** A value as messages quote it: `"two"`, `3`, `[1, "a"]`; long ones are cut, and what looks like a secret is left out. */
export function quoteValue(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.map(quoteValue).join(', ')}]` : withoutSecrets(write(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function write(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value) ?? typeof value;
}

/** Users and passwords of addresses, and private keys, which were not meant to be given here. */
function withoutSecrets(text: string): string {
  return text.replace(/(:\/\/)[^/@\s"]+@/g, '$1…@').replace(/(PRIVATE KEY).*/s, '$1…"');
}
