import { overlap, parseClientClass } from './option-checks.js';
import type { UcloudSettings } from './options.js';

const EVERYONE = '0.0.0.0/0';

/** Problems between settings that each are fine alone. */
export function checkSettings(settings: UcloudSettings): string[] {
  const { allowIp, allowAnyone, profile, acceptInsecure } = settings;
  const open = allowIp.some((range) => range.endsWith('/0'));
  return [
    ...(open && !allowAnyone
      ? [`allowIp ${EVERYONE} lets the whole world reach SSH, Consul and Nomad: name ranges instead, or agree with --allow-anyone`]
      : []),
    ...(profile === 'poc' && !acceptInsecure
      ? ['profile poc leaves the cluster open to whoever reaches it: agree with --accept-insecure']
      : []),
    ...networkProblems(settings),
  ];
}

function networkProblems({
  managementCidr,
  clientsCidr,
  vpcId,
  subnetId,
  clientVpcId,
  clientSubnetId,
  privateBuilds,
}: UcloudSettings): string[] {
  const pair = (vpc: string, subnet: string, names: string): string[] =>
    (vpc === '') === (subnet === '') ? [] : [`${names} go together: a network that is there needs both ids`];
  return [
    ...(overlap(managementCidr, clientsCidr) ? [`managementCidr ${managementCidr} and clientsCidr ${clientsCidr} share addresses`] : []),
    ...pair(vpcId, subnetId, 'vpcId and subnetId'),
    ...pair(clientVpcId, clientSubnetId, 'clientVpcId and clientSubnetId'),
    ...(privateBuilds && vpcId === '' ? ['privateBuilds needs vpcId and subnetId: builds are reached from inside that network'] : []),
  ];
}

/** "3 Consul servers, 3 Nomad servers, 3 clients in cn-bj2". */
export function describeSettings({ consulServers, nomadServers, clients, clientClasses, region }: UcloudSettings): string {
  const amount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const classes = clientClasses.flatMap((word) => parseClientClass(word) ?? []);
  const size = classes.length === 0 ? clients : classes.reduce((sum, { count }) => sum + count, 0);
  return `${amount(consulServers, 'Consul server')}, ${amount(nomadServers, 'Nomad server')}, ${amount(size, 'client')} in ${region}`;
}
