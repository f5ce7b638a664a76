import { parseClientClass } from './option-checks.js';
import type { UcloudSettings } from './options.js';

type Sizes = Pick<
  UcloudSettings,
  'consulServers' | 'nomadServers' | 'clients' | 'clientClasses' | 'consulServerType' | 'nomadServerType' | 'clientType'
>;

/** "3 Consul servers o-basic-2, 3 Nomad servers o-basic-2, 3 clients o-standard-4". */
export function describeHosts(sizes: Sizes): string {
  const clients = sizes.clientClasses.flatMap((word) => {
    const found = parseClientClass(word);
    return found ? [`${amount(found.count, `${found.name} client`)} ${found.instanceType ?? sizes.clientType}`] : [];
  });
  return [
    `${amount(sizes.consulServers, 'Consul server')} ${sizes.consulServerType}`,
    `${amount(sizes.nomadServers, 'Nomad server')} ${sizes.nomadServerType}`,
    ...(clients.length > 0 ? clients : [`${amount(sizes.clients, 'client')} ${sizes.clientType}`]),
  ].join(', ');
}

function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
