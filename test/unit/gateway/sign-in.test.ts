import { expect, test } from 'vitest';
import { createSignIn } from '../../../src/gateway/sign-in.js';

const cookieOf = (header: string | undefined): string => header?.split(';')[0] ?? '';

test('the secret counts once, and whole', () => {
  const { path, enter, isSignedIn } = createSignIn('dev-1.localhost');
  expect(enter(path.slice(0, -1))).toBe(undefined);
  expect(enter('/enter?secret=')).toBe(undefined);
  expect(enter(`${path}&more`)).toBe(undefined);
  const cookie = enter(path);
  expect(cookie).toMatch(/^nomadctl-session=[\w-]{43}; Domain=dev-1\.localhost; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(isSignedIn({ cookie: cookieOf(cookie) })).toBe(true);
  expect(enter(path)).toBe(undefined);
});

test('the cookie is found among others, and no other will do', () => {
  const { path, enter, isSignedIn } = createSignIn('dev-1.localhost');
  const cookie = cookieOf(enter(path));
  expect(isSignedIn({ cookie: `a=1; ${cookie}; b=2` })).toBe(true);
  for (const other of ['', 'nomadctl-session=', `${cookie}x`, cookie.slice(0, -1), cookie.replace('nomadctl', 'x'), `x${cookie}`])
    expect(isSignedIn({ cookie: other })).toBe(false);
  expect(isSignedIn({})).toBe(false);
});

test('what one run gave counts in no other', () => {
  const [one, other] = [createSignIn('a.localhost'), createSignIn('a.localhost')];
  expect(one.path).not.toBe(other.path);
  expect(other.enter(one.path)).toBe(undefined);
  expect(other.isSignedIn({ cookie: cookieOf(one.enter(one.path)) })).toBe(false);
});
