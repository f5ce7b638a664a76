import { expect, test } from 'vitest';
import { withExposure, withoutExposures } from '../../../src/exposure/change-exposed.js';
import { exposureLine, nothingExposed, urlOf, type Exposed, type Exposure } from '../../../src/exposure/exposure.js';

const web: Exposure = { job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'public', listen: 80, protocol: 'http' };
const certificate = { by: 'cluster', certificate: 'pem', chain: '', fingerprint: 'aa' } as const;
const all = (...exposures: Exposure[]): Exposed => exposures.reduce(withExposure, nothingExposed);

test('a port of a job is exposed once: asked for otherwise, it moves', () => {
  const moved = withExposure(all(web), { ...web, listen: 8080 });
  expect(moved.exposures).toEqual([{ ...web, listen: 8080 }]);
  expect(withExposure(moved, { ...web, listen: 8080 })).toEqual(moved);
  expect(Object.keys(moved.gates)).toEqual(['public-8080']);
});

test('listeners keep their ports of clients, and leave them to others when they go', () => {
  const api: Exposure = { ...web, job: 'api', listen: 81 };
  const both = all(web, api);
  expect(both.gates).toEqual({ 'public-80': 18_001, 'public-81': 18_002 });
  const one = withoutExposures({ ...both, addresses: { public: '192.0.2.1' }, held: ['aa'] }, [web]);
  expect(one).toEqual({ exposures: [api], gates: { 'public-81': 18_002 }, held: [], addresses: { public: '192.0.2.1' } });
  expect(withExposure(one, { ...web, reach: 'inner' }).gates).toEqual({ 'public-81': 18_002, 'inner-80': 18_001 });
  expect(withoutExposures(one, [api])).toEqual(nothingExposed);
});

test.each<[string, Partial<Exposure>, Partial<Exposure>, RegExp | undefined]>([
  ['two hosts share a port', { host: 'a.example' }, { host: 'b.example' }, undefined],
  ['two paths share a host', { host: 'a.example' }, { host: 'a.example', path: '/b' }, undefined],
  ['one for all others, too', { host: 'a.example' }, {}, undefined],
  ['the same host and path', { host: 'a.example', path: '/b' }, { host: 'a.example', path: '/b' }, /answers there/],
  ['everything twice', {}, {}, /answers there/],
  ['TCP beside HTTP', { protocol: 'tcp' }, { host: 'a.example' }, /only HTTP can share one/],
  ['TLS beside none', { host: 'a.example', certificate }, { host: 'b.example' }, /is at port 80 with TLS/],
  ['the same port of another address', {}, { reach: 'inner' }, undefined],
])('%s', (_, first, second, refused) => {
  const there = all({ ...web, ...first });
  const other = (): Exposed => withExposure(there, { ...web, job: 'other', ...second });
  if (refused === undefined) expect(other().exposures).toHaveLength(2);
  else expect(other).toThrow(expect.objectContaining({ code: 'exposure-conflict', why: [expect.stringMatching(refused)] }));
});

test('what a client types, and who may come', () => {
  const addresses = { public: '192.0.2.1' };
  expect(urlOf(web, addresses)).toBe('http://192.0.2.1');
  expect(urlOf(web, {})).toBe('http://<address>');
  const shop: Exposure = { ...web, host: 'shop.example', path: '/cart', listen: 8443, certificate, from: ['198.51.100.0/24'] };
  expect(exposureLine(shop, addresses)).toBe(
    "https://shop.example:8443/cart · at 192.0.2.1 · public, for 198.51.100.0/24 · certificate of the cluster's authority",
  );
  const database: Exposure = { ...web, protocol: 'tcp', listen: 5432, reach: 'here' };
  expect(exposureLine(database, { here: '127.0.67.2' })).toBe('tcp://127.0.67.2:5432 · on this computer');
});
