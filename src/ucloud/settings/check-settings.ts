import { anyoneAmong } from './anyone.js';
import { LONGEST_CLUSTER_NAME } from './image-names.js';
import type { Conflict } from '../../options/conflict.js';
import { modeConflicts } from './mode-conflicts.js';
import { volumeName } from './volume-names.js';
import { wantedHosts } from './wanted-hosts.js';
import { diskConflicts } from './disk-rules.js';
import { parseClientClass } from './client-classes.js';
import { overlap } from './option-checks.js';
import type { UcloudSettings } from './options.js';
import { pocWarning } from './profile.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

interface Named {
  readonly name: string;
  /** The cluster's file, where there is one to start from. */
  readonly file?: string;
}

/**
 * Problems between settings that each are fine alone, whoever gave them: `init`, `config set`, an edited file. Everything
 * with a default is expected to be there.
 */
export function checkSettings(partial: Partial<UcloudSettings>, cluster: Named): Conflict[] {
  const settings = partial as UcloudSettings;
  return [
    ...nameConflicts(settings, cluster),
    ...openness(partial),
    ...certificateConflicts(partial),
    ...balancerConflicts(partial),
    ...networkConflicts(settings),
    ...modeConflicts(partial),
    ...diskConflicts(settings),
  ];
}

function openness({ allowIp = [], allowAnyone, profile, acceptInsecure }: Partial<UcloudSettings>): Conflict[] {
  const open = anyoneAmong(allowIp);
  return [
    ...(open !== undefined && !allowAnyone
      ? [
          {
            text: `allowIp ${open} lets the whole world reach SSH, Consul and Nomad`,
            why: `somebody has to agree to that: allowAnyone; or name ranges, such as 203.0.113.7/32`,
            fix: { allowAnyone: true },
            asks: true,
          },
        ]
      : []),
    ...(profile === 'poc' && !acceptInsecure
      ? [
          {
            text: 'profile poc leaves the cluster open to whoever reaches it',
            why: `${pocWarning} Somebody has to agree to that: acceptInsecure`,
            fix: { acceptInsecure: true },
            asks: true,
          },
        ]
      : []),
  ];
}

function certificateConflicts({ profile, clientCertificates }: Partial<UcloudSettings>): Conflict[] {
  if (!clientCertificates || profile === undefined || profile === 'secure') return [];
  return [
    {
      text: `clientCertificates is for clusters with profile secure, and this one has profile ${profile}`,
      why: `agents of profile ${profile} do whatever anybody asks: they speak no TLS, and know nobody by certificates or tokens`,
      fix: { profile: 'secure' },
    },
  ];
}

function balancerConflicts({ profile, innerBalancers }: Partial<UcloudSettings>): Conflict[] {
  if (!innerBalancers || profile === undefined || profile === 'secure') return [];
  return [
    {
      text: `innerBalancers is for clusters with profile secure, and this one has profile ${profile}`,
      why: 'servers take a balancer for one of their own, so it lets connected networks in, and these agents ask nobody for a token',
      fix: { innerBalancers: false },
    },
  ];
}

function networkConflicts(settings: UcloudSettings): Conflict[] {
  const { managementCidr, clientsCidr, vpcId, privateBuilds } = settings;
  return [
    ...(overlap(managementCidr, clientsCidr)
      ? [
          {
            text: `managementCidr ${managementCidr} and clientsCidr ${clientsCidr} share addresses`,
            why: 'the two networks reach each other, so no address may be in both',
            fix: { clientsCidr: RANGES.find((range) => !overlap(range, managementCidr)) ?? clientsCidr },
          },
        ]
      : []),
    ...pairConflicts(settings, ['vpcId', 'subnetId']),
    ...pairConflicts(settings, ['clientVpcId', 'clientSubnetId']),
    ...(privateBuilds && vpcId === ''
      ? [
          {
            text: 'privateBuilds needs vpcId and subnetId',
            why: 'builds are reached from inside that network',
            fix: { vpcId: '<id>', subnetId: '<id>' },
          },
        ]
      : []),
  ];
}

const RANGES = ['10.81.0.0/16', '10.82.0.0/16', '172.16.0.0/16', '192.168.0.0/16'];

function pairConflicts(settings: UcloudSettings, keys: readonly ('vpcId' | 'subnetId' | 'clientVpcId' | 'clientSubnetId')[]): Conflict[] {
  const missing = keys.filter((key) => settings[key] === '');
  if (missing.length !== 1) return [];
  const fix = Object.fromEntries(keys.map((key) => [key, settings[key] || '<id>']));
  return [{ text: `${keys.join(' and ')} go together`, why: 'a network that is there needs both ids', fix }];
}

const LONGEST_NAME = 63;

/** What is made for a cluster is named after it, and UCloud takes names of 63 characters. */
function nameConflicts(settings: UcloudSettings, { name, file }: Named): Conflict[] {
  const { consulServerImage, nomadServerImage, clientImage } = settings;
  const hasAllImages = consulServerImage !== '' && nomadServerImage !== '' && clientImage !== '';
  const hosts = wantedHosts(settings).flatMap((host) => [
    `${name}-${host.name}`,
    `nomadctl-${name}-${host.isolationGroup}`,
    ...host.volumes.map((volume) => volumeName(name, host.name, volume)),
  ]);
  const longest = Math.max(...hosts.map(({ length }) => length));
  const most = Math.min(hasAllImages ? Infinity : LONGEST_CLUSTER_NAME, name.length + LONGEST_NAME - longest);
  if (name.length <= most) return [];
  const shorter = name.slice(0, Math.max(1, most)).replace(/-+$/, '');
  return [
    {
      text: `cluster ${name} has too long a name for UCloud`,
      why: `names of ${most < LONGEST_CLUSTER_NAME || hasAllImages ? 'its hosts' : 'its images'} leave ${most} characters for it (this has ${name.length})`,
      next: nomadctl`init ${shorter} ${file === undefined ? ['--target', 'ucloud'] : ['--from', file]}`,
    },
  ];
}

/** "3 Consul servers, 3 Nomad servers, 3 clients in cn-bj2". */
export function describeSettings({ consulServers, nomadServers, clients, clientClasses, region }: UcloudSettings): string {
  const amount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const classes = clientClasses.flatMap((word) => parseClientClass(word) ?? []);
  const size = classes.length === 0 ? clients : classes.reduce((sum, { count }) => sum + count, 0);
  return `${amount(consulServers, 'Consul server')}, ${amount(nomadServers, 'Nomad server')}, ${amount(size, 'client')} in ${region}`;
}
