import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withExposure } from '../../../src/exposure/change-exposed.js';
import { nothingExposed, type Exposure } from '../../../src/exposure/exposure.js';
import { ingressConfig, ingressUpstreams } from '../../../src/exposure/ingress-config.js';
import { requireTool } from '../../helpers/require-tool.js';
import { tempHome } from '../../helpers/temp-home.js';

const web: Exposure = { job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'public', listen: 80, protocol: 'http' };
const everything = [
  { ...web, host: 'shop.example' },
  { ...web, job: 'cart', service: 'cart', host: 'shop.example', path: '/cart' },
  { ...web, job: 'api', service: 'api', path: '/api' },
  { ...web, job: 'rest', service: 'rest', reach: 'inner' as const },
  { ...web, job: 'db', port: 'db', service: 'db', protocol: 'tcp' as const, listen: 5432 },
  { ...web, job: 'redis', port: 'proxy', service: 'redis', protocol: 'tcp' as const, listen: 6379, isMeshed: true as const },
].reduce(withExposure, nothingExposed);

test('what the ingress does for all that is exposed', async () => {
  await expect(ingressConfig(everything)).toMatchFileSnapshot('../../golden/ingress.cfg');
});

test('services of the mesh are reached through a proxy, each at a port of its own', () => {
  expect(everything.gates).toMatchObject({ 'public-6379': 18_004, 'mesh-redis': 18_005 });
  expect(ingressUpstreams(everything)).toBe('-upstream redis:@:18005');
});

const haproxy = requireTool('haproxy');

test.skipIf(!haproxy)('haproxy takes it', async () => {
  const file = join(await tempHome(), 'haproxy.cfg');
  const before = [
    'defaults',
    '  timeout connect 1s',
    '  timeout client 1m',
    '  timeout server 1m',
    'resolvers consul',
    '  nameserver a "127.0.0.1:8600"',
  ];
  writeFileSync(file, `${before.join('\n')}\n${ingressConfig(everything)}`);
  const said = execFileSync(haproxy!, ['-c', '-f', file], { env: { INGRESS_ADDRESS: '127.0.0.1' }, encoding: 'utf8' });
  expect(said).toMatch(/valid/);
});
