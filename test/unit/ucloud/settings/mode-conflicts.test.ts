import { expect, test } from 'vitest';
import { checkSettings } from '../../../../src/ucloud/settings/check-settings.js';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { publicRoles, wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const IMAGES = { consulServerImage: 'uimage-a', nomadServerImage: 'uimage-b', clientImage: 'uimage-c' };
const PRIVATE = { mode: 'private', jumpHost: 'root@203.0.113.9', ...IMAGES } as const;

test.each<[Partial<UcloudSettings>, string]>([
  [
    { mode: 'public', profile: 'poc', acceptInsecure: true },
    'mode public is for clusters with profile secure, and this one has profile poc',
  ],
  [{ ...PRIVATE, profile: 'plain' }, 'mode private is for clusters with profile secure, and this one has profile plain'],
  [{ mode: 'public', publicAddresses: 'servers' }, 'publicAddresses servers contradicts mode public'],
  [{ mode: 'public', clients: 0 }, 'mode public without clients leaves no way in'],
  [{ mode: 'test', natGateway: true }, 'natGateway has nobody to serve in mode test'],
  [{ ...PRIVATE, jumpHost: '' }, 'mode private needs a jumpHost'],
  [{ ...PRIVATE, openDynamicPorts: true }, 'openDynamicPorts contradicts mode private'],
  [{ mode: 'private', jumpHost: 'direct' }, 'mode private builds images on private addresses'],
])('%j: %s', (settings, text) => {
  const conflicts = checkSettings(ucloudSettings(settings), { name: 'prod' });
  expect(conflicts.map((conflict) => conflict.text)).toEqual([text]);
  expect(conflicts[0]).toMatchObject({ why: expect.any(String) as string, fix: expect.any(Object) as object });
});

test.each<Partial<UcloudSettings>>([
  { mode: 'public' },
  { mode: 'public', clients: 0, jumpHost: 'direct' },
  { mode: 'public', natGateway: true },
  { mode: 'test', publicAddresses: 'servers', natGateway: true },
  PRIVATE,
  { mode: 'private', jumpHost: 'direct', privateBuilds: true, vpcId: 'uvnet-a', subnetId: 'subnet-a' },
])('%j is fine', (settings) => {
  expect(checkSettings(ucloudSettings(settings), { name: 'prod' })).toEqual([]);
});

test.each<[Partial<UcloudSettings>, { servers: boolean; clients: boolean }]>([
  [{}, { servers: true, clients: true }],
  [{ publicAddresses: 'servers' }, { servers: true, clients: false }],
  [{ mode: 'public' }, { servers: false, clients: true }],
  [PRIVATE, { servers: false, clients: false }],
])('who has a public address with %j', (settings, open) => {
  expect(publicRoles(ucloudSettings(settings))).toEqual(open);
  for (const { role, publicAddress } of wantedHosts(ucloudSettings(settings)))
    expect(publicAddress).toBe(role === 'client' ? open.clients : open.servers);
});
