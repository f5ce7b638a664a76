import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Fewer than the usual 5000, which would hold up every other request for 20 ms. */
const ROUNDS = 1000;

/**
 * A password as /etc/shadow keeps it, so that nothing here has to keep it in clear: SHA-512 crypt,
 * https://www.akkadia.org/drepper/SHA-crypt.txt (the numbers below are its steps).
 */
export function hashPassword(password: string, salt = newSalt(), rounds = ROUNDS): string {
  const [key, saltBytes] = [Buffer.from(password), Buffer.from(salt)];
  const a = firstDigest(key, saltBytes);
  // 13 to 20
  const p = repeated(sha512(...Array<Buffer>(key.length).fill(key)), key.length);
  const s = repeated(sha512(...Array<Buffer>(16 + (a[0] ?? 0)).fill(saltBytes)), saltBytes.length);
  let digest = a;
  // 21
  for (let round = 0; round < rounds; round++) {
    const parts = [round % 2 === 1 ? p : digest];
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(round % 2 === 1 ? digest : p);
    digest = sha512(...parts);
  }
  return `$6$${rounds === 5000 ? '' : `rounds=${rounds}$`}${salt}$${encode(digest)}`;
}

/** 1 to 12. */
function firstDigest(key: Buffer, salt: Buffer): Buffer {
  const b = sha512(key, salt, key);
  const parts = [key, salt, repeated(b, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? b : key);
  return sha512(...parts);
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

function newSalt(): string {
  return Array.from(randomBytes(16), (byte) => ALPHABET[byte & 63]).join('');
}

/** 22: three bytes at a time, taken from three thirds of the digest in turn. */
function encode(digest: Buffer): string {
  let text = '';
  const write = (value: number, characters: number): void => {
    for (let left = value, count = 0; count < characters; left >>= 6, count++) text += ALPHABET[left & 63];
  };
  for (let index = 0, [a, b, c] = [0, 21, 42]; index < 21; index++, [a, b, c] = [b + 1, c + 1, a + 1])
    write(((digest[a] ?? 0) << 16) | ((digest[b] ?? 0) << 8) | (digest[c] ?? 0), 4);
  write(digest[63] ?? 0, 2);
  return text;
}
