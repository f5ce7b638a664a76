import type { Host } from '../../records/host.js';
import type { NatGateway } from '../../records/nat-gateway.js';
import { concatenated, type Listing } from '../../records/listing.js';
import type { Scope } from '../../scope/scope.js';
import { firstCard, subResource } from './network-interface.js';

/** Hosts that go out through a NAT gateway: those of its subnets. */
export function hostsOf({ subnets }: NatGateway, scope: Scope): Listing<Host> {
  return concatenated(subnets.map((subnet) => scope.select('host', { subnet })));
}

export function showGatewayHost(host: Host): object {
  return {
    ...{ ResourceId: host.id, ResourceName: host.name, ResourceType: 'uhost', PrivateIP: host.ip },
    ...{ SubnetworkId: host.subnet, VPCId: host.vpc, ...subResource(firstCard(host)) },
  };
}
