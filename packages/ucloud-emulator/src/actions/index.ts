import type { Action } from './action.js';
import * as account from './account/index.js';
import * as addresses from './addresses/index.js';
import * as balancers from './balancers/index.js';
import * as certificates from './certificates/index.js';
import * as disks from './disks/index.js';
import * as firewalls from './firewalls/index.js';
import * as gateways from './gateways/index.js';
import * as hosts from './hosts/index.js';
import * as images from './images/index.js';
import * as keyPairs from './key-pairs/index.js';
import * as labels from './labels/index.js';
import * as networkInterfaces from './network-interfaces/index.js';
import * as networks from './networks/index.js';
import * as prices from './prices/index.js';
import * as snat from './snat/index.js';

/** Actions about one thing: a folder, whose index names them. */
export interface Product {
  readonly title: string;
  readonly actions: readonly Action[];
}

export const products: readonly Product[] = [
  { title: 'Regions, projects and keys', actions: Object.values(account) },
  { title: 'Images', actions: Object.values(images) },
  { title: 'VPCs, subnets and peerings', actions: Object.values(networks) },
  { title: 'Network interfaces', actions: Object.values(networkInterfaces) },
  { title: 'Firewalls', actions: Object.values(firewalls) },
  { title: 'Hosts', actions: Object.values(hosts) },
  { title: 'Key pairs', actions: Object.values(keyPairs) },
  { title: 'Public addresses', actions: Object.values(addresses) },
  { title: 'Disks and snapshots', actions: Object.values(disks) },
  { title: 'Load balancers', actions: Object.values(balancers) },
  { title: 'Certificates and security policies', actions: Object.values(certificates) },
  { title: 'NAT gateways, route tables and VIPs', actions: [...Object.values(gateways), ...Object.values(snat)] },
  { title: 'Labels', actions: Object.values(labels) },
  { title: 'Prices and stock', actions: Object.values(prices) },
];

export const actions: readonly Action[] = products.flatMap((product) => product.actions);

const byName = new Map(actions.map((action) => [action.name, action]));

export function findAction(name: string): Action | undefined {
  return byName.get(name);
}
