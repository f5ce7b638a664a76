import type { Conflict } from '../../options/conflict.js';
import type { UcloudSettings } from './options.js';

/** What contradicts the mode of a cluster, before anything is planned. */
export function modeConflicts(settings: Partial<UcloudSettings>): Conflict[] {
  const { mode = 'test', profile } = settings;
  if (mode === 'test') return inTest(settings);
  return [
    ...(profile !== undefined && profile !== 'secure'
      ? [
          {
            text: `mode ${mode} is for clusters with profile secure, and this one has profile ${profile}`,
            why: 'its agents would do whatever anybody asks who is in its networks, and customers are',
            fix: { profile: 'secure' },
          },
        ]
      : []),
    ...(settings.publicAddresses === 'servers'
      ? [
          {
            text: `publicAddresses servers contradicts mode ${mode}`,
            why: `in mode ${mode} no server has a public address`,
            fix: { publicAddresses: 'all' },
          },
        ]
      : []),
    ...(mode === 'public' ? inPublic(settings) : inPrivate(settings)),
  ];
}

function inTest({ natGateway, publicAddresses }: Partial<UcloudSettings>): Conflict[] {
  if (!natGateway || publicAddresses === 'servers') return [];
  return [
    {
      text: 'natGateway has nobody to serve in mode test',
      why: 'every host has a public address, and reaches the internet by it',
      fix: { natGateway: false },
    },
  ];
}

function inPublic({ jumpHost, clients, clientClasses = [] }: Partial<UcloudSettings>): Conflict[] {
  if (jumpHost !== '' || clients !== 0 || clientClasses.length > 0) return [];
  return [
    {
      text: 'mode public without clients leaves no way in',
      why: 'servers are reached through a host that has a public address, which only clients have, or through a jumpHost',
      fix: { jumpHost: '<user@host>' },
    },
  ];
}

function inPrivate(settings: Partial<UcloudSettings>): Conflict[] {
  const { jumpHost, openDynamicPorts, privateBuilds, vpcId } = settings;
  const { consulServerImage, nomadServerImage, clientImage } = settings;
  const builds = [consulServerImage, nomadServerImage, clientImage].includes('');
  return [
    ...(jumpHost === ''
      ? [
          {
            text: 'mode private needs a jumpHost',
            why: 'no host has a public address: they are reached through another computer, or from here by a VPN (jumpHost direct)',
            fix: { jumpHost: '<user@host>' },
          },
        ]
      : []),
    ...(openDynamicPorts
      ? [
          {
            text: 'openDynamicPorts contradicts mode private',
            why: 'it opens ports of public addresses, and no host has one',
            fix: { openDynamicPorts: false },
          },
        ]
      : []),
    ...(builds && !privateBuilds
      ? [
          {
            text: 'mode private builds images on private addresses',
            why: 'a build without privateBuilds makes a host with a public address; or all three images are given by id',
            fix: { privateBuilds: true, ...(vpcId === '' ? { vpcId: '<id>', subnetId: '<id>' } : {}) },
          },
        ]
      : []),
  ];
}
