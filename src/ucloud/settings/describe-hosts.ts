import { parseClientClass } from './client-classes.js';
import type { UcloudSettings } from './options.js';

type Sizes = Pick<
  UcloudSettings,
  'consulServers' | 'nomadServers' | 'clients' | 'clientClasses' | 'consulServerType' | 'nomadServerType' | 'clientType'
>;

/** "3 Consul and 3 Nomad servers o-basic-2, 3 clients o-standard-4": fits a line of a terminal, with a price beside it. */
export function describeHosts(sizes: Sizes): string {
  const clients = sizes.clientClasses.flatMap((word) => {
    const found = parseClientClass(word);
    return found ? [`${amount(found.count, `${found.name} client`)} ${found.instanceType ?? sizes.clientType}`] : [];
  });
  return [...serversOf(sizes), ...(clients.length > 0 ? clients : [`${amount(sizes.clients, 'client')} ${sizes.clientType}`])].join(', ');
}

function serversOf({ consulServers, consulServerType, nomadServers, nomadServerType }: Sizes): string[] {
  if (consulServerType === nomadServerType)
    return [`${consulServers} Consul and ${amount(nomadServers, 'Nomad server')} ${nomadServerType}`];
  return [`${amount(consulServers, 'Consul server')} ${consulServerType}`, `${amount(nomadServers, 'Nomad server')} ${nomadServerType}`];
}

function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
