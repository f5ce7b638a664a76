import { describe, expect, test } from 'vitest';
import { createRedactor } from '../src/redact.js';

/** Numbers that look random and are the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const ALPHABETS = ['abcdefgh0123456789', 'aA0+/=%&?#-_.~ ', '"\\\n\t\r{}[]$^*(|)', 'äß€北京😀\u0001\u007f', '-', '\ud800x'];
const forms: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify({ token: secret }),
  'URL-encoded': (secret) => `https://x/?token=${encodeURIComponent(Buffer.from(secret).toString())}&y=1`,
  'URL-encoded in small letters': (secret) =>
    encodeURIComponent(Buffer.from(secret).toString()).replace(/%../g, (code) => code.toLowerCase()),
  'form-encoded': (secret) => encodeURIComponent(Buffer.from(secret).toString()).replaceAll('%20', '+'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
};

describe.each(Object.entries(forms))('as %s', (_name, encode) => {
  test('no secret survives, whatever is in it and around it', () => {
    const random = generator(7);
    const pick = (alphabet: string): string => [...alphabet][Math.floor(random() * [...alphabet].length)] ?? '';
    for (let round = 0; round < 400; round++) {
      const alphabet = ALPHABETS[round % ALPHABETS.length] ?? '';
      const secret = Array.from({ length: 4 + Math.floor(random() * 40) }, () => pick(alphabet)).join('');
      const redact = createRedactor();
      redact.add(secret);
      const shown = encode(secret);
      const clean = redact(`before >${shown}< after`);
      expect(clean, JSON.stringify(secret)).toContain('[redacted]');
      // A secret such as "----" may also be in what surrounds it, hence the marks.
      expect(clean.slice(clean.indexOf('>') + 1, clean.lastIndexOf('<')), JSON.stringify(secret)).not.toContain(
        encode === forms['JSON'] ? JSON.stringify(secret).slice(1, -1) : shown,
      );
    }
  });
});

test.each(['user:', 'u:', 'us:', 'user'])('in base64 behind %s, as of an Authorization header', (prefix) => {
  for (const secret of ['correct-horse-battery', 'correct-horse-batter', 'correct-horse-batte', '0123456789']) {
    const redact = createRedactor();
    redact.add(secret);
    const header = Buffer.from(`${prefix}${secret}:more`).toString('base64');
    const decoded = Buffer.from(redact(header).replace('[redacted]', ''), 'base64').toString();
    expect(redact(header)).toContain('[redacted]');
    // No more than the bits of a character or two at each end.
    for (let at = 0; at + 3 <= secret.length; at++) expect(decoded).not.toContain(secret.slice(at, at + 3));
  }
});

test('each line of a key, because logs are written line by line; not its frame', () => {
  const redact = createRedactor();
  redact.add('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEA\n-----END PRIVATE KEY-----\n');
  expect(redact('MIIEvQIBADANBgkqhkiG9w0B')).toBe('[redacted]');
  expect(redact('  AQEFAASCBKcwggSjAgEA  ')).toBe('  [redacted]  ');
  expect(redact('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
});

test('a secret that holds another one leaves nothing behind, whichever came first', () => {
  for (const secrets of [
    ['token', 'token-and-more'],
    ['token-and-more', 'token'],
  ]) {
    const redact = createRedactor();
    for (const secret of secrets) redact.add(secret);
    expect(redact('token-and-more, token')).toBe('[redacted], [redacted]');
  }
});

test('a secret that is part of the mask does no harm', () => {
  const redact = createRedactor();
  redact.add('redacted');
  redact.add('hunter2-hunter2');
  expect(redact('hunter2-hunter2')).toBe('[redacted]');
});

test('short values are left alone, and so is all that is no secret', () => {
  const redact = createRedactor();
  redact.add('abc');
  redact.add('');
  expect(redact('abc abc')).toBe('abc abc');
  redact.add('hunter2-hunter2');
  expect(redact('nothing here')).toBe('nothing here');
});
