import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request may carry before it is flattened: JSON bodies can nest. */
export type Signable = string | number | boolean | null | undefined | readonly Signable[] | { readonly [name: string]: Signable };

/**
 * UCloud's signature: SHA-1 over `name + value` of every parameter but `Signature`, sorted by name in byte order, then the
 * private key. https://docs.ucloud.cn/api/summary/signature
 */
export function signatureOf(params: Readonly<Record<string, Signable>>, privateKey: string): string {
  const { Signature: _ignored, ...signed } = params;
  return createHash('sha1')
    .update(concatenate(signed) + privateKey, 'utf8')
    .digest('hex');
}

export function isSignedBy(params: Readonly<Record<string, Signable>>, signature: string, privateKey: string): boolean {
  const expected = Buffer.from(signatureOf(params, privateKey));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function concatenate(params: Readonly<Record<string, Signable>>): string {
  let joined = '';
  for (const name of Object.keys(params).sort(byBytes)) {
    const value = params[name];
    if (value !== null && value !== undefined) joined += name + signedText(value);
  }
  return joined;
}

// Sorting by UTF-16 units, as plain sort() does, differs from byte order only above U+FFFF.
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function signedText(value: Signable): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(signedText).join('');
  if (typeof value === 'object') return concatenate(value as Readonly<Record<string, Signable>>);
  return scalarText(value as string | number | boolean);
}

/** Integers in base 10 and floats without an exponent, however large. */
export function scalarText(value: string | number | boolean): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text;
}
