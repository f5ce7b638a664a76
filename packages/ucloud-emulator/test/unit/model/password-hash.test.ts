import { expect, test } from 'vitest';
import { hashPassword } from '../../../src/model/password-hash.js';

// The vectors of https://www.akkadia.org/drepper/SHA-crypt.txt.
test.each([
  [
    'Hello world!',
    'saltstring',
    5000,
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'Hello world!',
    'saltstringsaltst',
    10_000,
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  ],
  [
    'we have a short salt string but not a short password',
    'short',
    77_777,
    '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0',
  ],
])('%s with %s, %i rounds', (password, salt, rounds, hash) => {
  expect(hashPassword(password, salt, rounds)).toBe(hash);
});

test('the same password has another hash each time', () => {
  expect(hashPassword('Example-12')).toMatch(/^\$6\$rounds=1000\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
  expect(hashPassword('Example-12')).not.toBe(hashPassword('Example-12'));
});
