import type { Firewall } from '../records/firewall.js';
import type { Subnet, Vpc } from '../records/network.js';
import type { Resource } from '../records/resource.js';
import { defaultSubnetRange } from '../model/default-subnet.js';
import { defaultRouteTable } from '../model/vpc.js';
import type { Scope } from '../scope/scope.js';

/** What UCloud puts into every project and region: a default VPC with a subnet, and two recommended firewalls. */
export function createFirstResources(scope: Scope): void {
  const named = (kind: 'vpc' | 'subnet' | 'firewall', name: string): Resource => scope.create(kind, { name });
  const vpc: Vpc = { ...named('vpc', 'DefaultVPC'), networks: ['10.0.0.0/8'], isDefault: true, updated: scope.now };
  scope.put('vpc', vpc);
  scope.put('routeTable', defaultRouteTable(scope, vpc.id));
  const subnet: Subnet = {
    ...named('subnet', 'DefaultNetwork'),
    vpc: vpc.id,
    cidr: defaultSubnetRange(vpc.id, scope.machines),
    isDefault: true,
  };
  scope.put('subnet', subnet);
  for (const firewall of recommended(named)) scope.put('firewall', firewall);
}

const OPEN = ['TCP|22', 'TCP|3389'];

function recommended(named: (kind: 'firewall', name: string) => Resource): Firewall[] {
  const rules = (ports: readonly string[]): string[] => [...ports, 'ICMP|'].map((port) => `${port}|0.0.0.0/0|ACCEPT|HIGH|`);
  return [
    { ...named('firewall', '非Web服务器推荐'), type: 'recommend non web', rules: rules(OPEN) },
    { ...named('firewall', 'Web服务器推荐'), type: 'recommend web', rules: rules([...OPEN, 'TCP|80', 'TCP|443']) },
  ];
}
