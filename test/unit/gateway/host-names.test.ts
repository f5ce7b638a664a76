import { expect, test } from 'vitest';
import { createHostNames } from '../../../src/gateway/host-names.js';

test('each site has a name of its own under a random one', () => {
  const { domain, siteAt, hostOf } = createHostNames('dev');
  expect(domain).toMatch(/^dev-[0-9a-f]{8}\.localhost$/);
  expect(createHostNames('dev').domain).not.toBe(domain);
  expect(hostOf('overview', 81)).toBe(`${domain}:81`);
  expect(hostOf('nomad', 81)).toBe(`nomad.${domain}:81`);
  for (const site of ['overview', 'nomad', 'consul'] as const) {
    expect(siteAt(hostOf(site, 81))).toBe(site);
    // By way of a tunnel the port is another one.
    expect(siteAt(hostOf(site, 9000).toUpperCase())).toBe(site);
  }
});

test('other names are nobody, also those that begin or end like ours', () => {
  const { domain, siteAt } = createHostNames('dev');
  const others = [
    undefined,
    '',
    'localhost',
    '127.0.0.1:81',
    '[::1]:81',
    `x.${domain}`,
    `${domain}.evil.example`,
    `evil${domain}`,
    `vault.${domain}`,
  ];
  expect(others.filter((host) => siteAt(host) !== undefined)).toEqual([]);
});

test.each(['a'.repeat(80), 'Under_score', '--', 'x.y'])('a cluster named %s has a name that is one', (cluster) => {
  const { domain } = createHostNames(cluster);
  expect(domain).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.localhost$/);
  expect(domain.indexOf('.')).toBeLessThanOrEqual(63);
});
