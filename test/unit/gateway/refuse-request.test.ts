import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it, test } from 'vitest';
import { createHostNames } from '../../../src/gateway/host-names.js';
import { admit } from '../../../src/gateway/refuse-request.js';
import { createSignIn } from '../../../src/gateway/sign-in.js';

const names = createHostNames('dev');
const signIn = createSignIn(names.domain);
const cookie = signIn.enter(signIn.path)?.split(';')[0] ?? '';
const host = names.hostOf('nomad', 81);
const home = names.hostOf('overview', 81);
const opened = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

function ask(headers: IncomingHttpHeaders, { method = 'GET', url = '/' } = {}): string | number {
  const answer = admit({ method, url, headers: { host, cookie, ...headers } } as IncomingMessage, { names, signIn });
  return typeof answer === 'object' ? answer.status : answer;
}

test('who has the cookie gets the site that the name means', () => {
  expect(ask({})).toBe('nomad');
  expect(ask({ host: home })).toBe('overview');
  expect(ask({ host: names.hostOf('consul', 81) })).toBe('consul');
});

test('who has no cookie gets no path of any site', () => {
  for (const site of ['overview', 'nomad', 'consul'] as const)
    for (const url of ['/', '/ui/', '/v1/jobs', '/style.css', '/consul.js', '/enter/', '//enter', '/v1/agent/health'])
      expect([site, url, ask({ host: names.hostOf(site, 81), cookie: '' }, { url })]).toEqual([site, url, 401]);
});

test('the entrance is open on our own site alone', () => {
  expect(ask({ host: home, cookie: undefined }, { url: signIn.path })).toBe('overview');
  expect(ask({ cookie: undefined }, { url: signIn.path })).toBe(401);
});

test('another name is refused, cookie or not (DNS rebinding)', () => {
  for (const other of ['127.0.0.1:81', 'localhost:81', 'evil.example', `evil.example:81`, `x.${home}`])
    expect(ask({ host: other })).toBe(421);
});

describe('pages of other sites', () => {
  it.each(['http://evil.example', 'null', `http://${home}`, `https://${host}`, 'http://127.0.0.1:81', `http://${host}0`])(
    'with the origin %s get nothing',
    (origin) => {
      for (const method of ['GET', 'POST', 'OPTIONS']) expect(ask({ origin }, { method })).toBe(403);
    },
  );

  it('and requests that should have an origin need ours', () => {
    const origin = `http://${host}`;
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expect(ask({}, { method })).toBe(403);
      expect(ask({ origin }, { method })).toBe('nomad');
    }
    expect(ask({ upgrade: 'websocket' })).toBe(403);
    expect(ask({ upgrade: 'websocket', origin })).toBe('nomad');
  });

  it('are told by Sec-Fetch-Site, too', () => {
    expect(ask({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(ask({ 'sec-fetch-site': 'cross-site', ...opened })).toBe(403);
    expect(ask({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe(403);
    expect(ask({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).toBe(403);
    // A link from the overview to Nomad's pages.
    expect(ask({ 'sec-fetch-site': 'same-site', ...opened })).toBe('nomad');
    expect(ask({ 'sec-fetch-site': 'none', ...opened })).toBe('nomad');
    expect(ask({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe('nomad');
  });

  it('or files may open the first address, and nothing but open it', () => {
    const first = { url: signIn.path };
    expect(ask({ host: home, cookie: undefined, 'sec-fetch-site': 'cross-site', ...opened }, first)).toBe('overview');
    expect(ask({ host: home, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, first)).toBe(403);
    expect(ask({ host: home, 'sec-fetch-site': 'cross-site', ...opened }, { ...first, method: 'POST' })).toBe(403);
  });
});

test('a browser that looks ahead does not use up the secret', () => {
  expect(ask({ host: home, cookie: undefined, 'sec-purpose': 'prefetch;prerender' }, { url: signIn.path })).toBe(503);
});
