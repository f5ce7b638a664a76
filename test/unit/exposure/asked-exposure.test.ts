import { expect, test } from 'vitest';
import { again } from '../../../packages/base/src/hint/hint.js';
import { settleExposure, type AskedExposure } from '../../../src/exposure/asked-exposure.js';
import { exposedService } from '../../../src/exposure/exposed-service.js';
import type { JobSpec, ServiceSpec } from '../../../src/clients/nomad-job-model.js';

const nothing: AskedExposure = {
  ...{ public: false, inner: false, protocol: undefined, listen: undefined, host: undefined, path: undefined, tls: undefined, from: [] },
};
const cloud = { title: 'UCloud', reaches: ['inner', 'public'] as const };
const here = { title: 'this computer', reaches: ['here'] as const };
const settle = (asked: Partial<AskedExposure>, place: typeof cloud | typeof here = cloud, protocol: 'tcp' | 'http' = 'http') =>
  settleExposure(
    { ...nothing, ...asked },
    { job: 'web', namespace: 'default', service: { port: 'http', service: 'web', protocol, isMeshed: false }, place },
  );

test.each<[Partial<AskedExposure>, object]>([
  [{}, { reach: 'inner', listen: 80, protocol: 'http' }],
  [
    { public: true, tls: 'own.pem' },
    { reach: 'public', listen: 443, protocol: 'http' },
  ],
  [
    { host: 'Shop.Example', path: '/cart/', tls: 'cluster' },
    { host: 'shop.example', path: '/cart', listen: 443 },
  ],
  [
    { protocol: 'tcp', listen: 5432 },
    { protocol: 'tcp', listen: 5432 },
  ],
  [{ public: true, from: ['198.51.100.0/24', '192.0.2.1/32'] }, { from: ['192.0.2.1/32', '198.51.100.0/24'] }],
])('%j is settled', (asked, settled) => {
  expect(settle(asked)).toMatchObject(settled);
});

test('on this computer an ordinary user can listen at the usual port', () => {
  expect(settle({}, here)).toMatchObject({ reach: 'here', listen: 8080 });
  expect(settle({ path: '/' }, here)).not.toHaveProperty('path');
});

test.each<[Partial<AskedExposure>, typeof cloud | typeof here, RegExp]>([
  [{ public: true, inner: true }, cloud, /--public or --inner/],
  [{ public: true }, here, /this computer has no public address/],
  [{ inner: true }, here, /this computer has no network of its own/],
  [{ tls: 'own.pem' }, here, /nothing ends TLS on this computer/],
  [{ protocol: 'tcp', host: 'a.example', listen: 1 }, cloud, /goes with no --host/],
  [{ protocol: 'tcp' }, cloud, /no usual port for TCP/],
  [{ host: 'a_b' }, cloud, /"a_b" is no name of a host/],
  [{ path: 'cart' }, cloud, /"cart" is no path/],
  [{ path: '/a\nb' }, cloud, /is no path/],
  [{ tls: 'cluster' }, cloud, /needs a name/],
  [{ from: ['192.0.2.0/24'] }, cloud, /goes with --public/],
  [{ public: true, from: ['somewhere'] }, cloud, /"somewhere" is no range/],
])('%j is refused', (asked, place, words) => {
  expect(() => settle(asked, place)).toThrow(expect.objectContaining({ message: expect.stringMatching(words), code: 'exposure-invalid' }));
});

test('a range that is none is never answered with a command that lets everybody in', () => {
  for (const asked of [{ public: true, from: ['1.2.3.4/40'] }, { from: ['1.2.3.4/40'] }])
    expect(() => settle(asked, cloud)).toThrow(expect.objectContaining({ next: again({ from: '192.0.2.0/24' }) }));
});

const jobOf = (...services: Partial<ServiceSpec>[]): JobSpec => ({
  ...{ ID: 'web', Type: 'service' },
  TaskGroups: [{ Name: 'web', Count: 1, Tasks: [], Services: services.map((service) => ({ Name: 'web', PortLabel: 'http', ...service })) }],
});

test('a port is exposed by its service, as the check of that asks it', () => {
  expect(exposedService(jobOf({ Checks: [{ Name: 'page', Type: 'http' }] }), undefined)).toEqual({
    port: 'http',
    service: 'web',
    protocol: 'http',
    isMeshed: false,
  });
  expect(exposedService(jobOf({ Connect: { Native: true } }), 'http')).toMatchObject({ service: 'web', isMeshed: true });
  expect(exposedService(jobOf({ Connect: { SidecarService: {} } }), 'http')).toMatchObject({ service: 'web', isMeshed: true });
  expect(exposedService(jobOf({}, { Name: 'db', PortLabel: 'db' }), 'db')).toMatchObject({ port: 'db', service: 'db', protocol: 'tcp' });
});

test.each<[string, JobSpec, string | undefined, string, RegExp]>([
  ['no service', jobOf(), undefined, 'not-exposable', /has no port with a service/],
  ['two ports', jobOf({}, { PortLabel: 'db' }), undefined, 'port-missing', /has several ports/],
  ['another port', jobOf({}), 'htp', 'port-unknown', /no service at port "htp".*http/],
  ['a service of Nomad', jobOf({ Provider: 'nomad' }), 'http', 'not-exposable', /cannot be exposed/],
  ['a name by allocation', jobOf({ Name: 'web-${NOMAD_ALLOC_INDEX}' }), 'http', 'not-exposable', /cannot be exposed/],
])('%s', (_, job, label, code, words) => {
  expect(() => exposedService(job, label)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) }));
});
