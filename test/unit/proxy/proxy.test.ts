import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { haproxyConfig } from '../../../src/proxy/haproxy-config.js';
import { readLegs } from '../../../src/proxy/proxy-legs.js';
import { requireTool } from '../../helpers/require-tool.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const cards = {
  lo: [{ family: 'IPv4', address: '127.0.0.1' }],
  eth1: [
    { family: 'IPv6', address: 'fe80::1' },
    { family: 'IPv4', address: '10.231.1.1' },
  ],
  eth2: [{ family: 'IPv4', address: '10.231.2.1' }],
  bare: [{ family: 'IPv6', address: 'fe80::2' }],
};
const haproxy = requireTool('haproxy');

test('legs are cards of this computer, with its address there', () => {
  expect(readLegs(['eth1', 'eth2=nomad'], cards)).toEqual([
    { card: 'eth1', address: '10.231.1.1', programs: ['consul', 'nomad'] },
    { card: 'eth2', address: '10.231.2.1', programs: ['nomad'] },
  ]);
});

test.each([['eth9'], ['bare'], ['eth1=vault'], ['eth1=consul,consul']])('%s is none', async (word) => {
  expect(await thrown(() => readLegs([word], cards))).toMatchObject({ code: 'leg-wrong', message: `"${word}" is no leg of a proxy` });
});

test('a card is a leg once', async () => {
  expect(await thrown(() => readLegs(['eth1', 'eth1=nomad'], cards))).toMatchObject({ code: 'leg-wrong', why: ['it is there twice'] });
});

test.skipIf(!haproxy)('agents with TLS are asked under the name that only servers have, and haproxy takes what is written', async () => {
  const dir = await tempHome();
  const ca = join(dir, "ada's ca.pem");
  writeFileSync(ca, CERTIFICATE);
  const text = haproxyConfig({
    legs: [{ card: 'lo', address: '127.0.0.1', programs: ['consul'] }],
    backends: [
      { program: 'consul', port: 28501, servers: ['10.80.0.11:8501'], tls: { ca, name: 'server.dc1.consul' } },
      { program: 'nomad', port: 24646, servers: ['10.80.0.12:4646'] },
    ],
    socket: join(dir, 'socket'),
  });
  expect(text).toContain('  bind 127.0.0.1:28501 interface lo\n');
  expect(text).toMatch(/consul-1 10\.80\.0\.11:8501 check check-ssl verify required ca-file \S+ ?\S* check-sni server\.dc1\.consul/);
  // Nobody is led to Nomad.
  expect(text).not.toContain('nomad-1');
  const file = join(dir, 'haproxy.cfg');
  writeFileSync(file, text);
  execFileSync(haproxy as string, ['-c', '-q', '-f', file]);
});

const CERTIFICATE = execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    '/dev/null',
    '-subj',
    '/CN=test',
    '-days',
    '2',
  ],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
);
