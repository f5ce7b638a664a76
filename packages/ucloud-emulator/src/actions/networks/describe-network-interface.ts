import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { parseCidr, toIp } from '@nomadctl/base/ipv4';
import type { Host } from '../../records/host.js';
import type { Scope } from '../../scope/scope.js';
import { boolean, list, text } from '../../params/param.js';
import { inSeconds, page, paging } from '../../params/answer-values.js';

export const describeNetworkInterface = defineAction({
  name: 'DescribeNetworkInterface',
  summary: 'Lists network cards: one for each host.',
  params: {
    InterfaceId: list(id()),
    VPCId: id(),
    SubnetId: id(),
    Tag: text({ max: 63 }),
    OnlyDefault: boolean(),
    NoRecycled: boolean(),
    ...paging,
  },
  handle({ InterfaceId, VPCId, SubnetId, Tag, ...paged }, scope) {
    const found = scope
      .list('host')
      .filter((host) => InterfaceId.length === 0 || InterfaceId.includes(cardOf(host)))
      .filter((host) => (VPCId ?? host.vpc) === host.vpc && (SubnetId ?? host.subnet) === host.subnet && (Tag ?? host.tag) === host.tag);
    return { TotalCount: found.length, NetworkInterfaceSet: page(found, paged).map((host) => showCard(host, scope)) };
  },
});

const cardOf = ({ id: host }: Host): string => host.replace('uhost-', 'uni-');

function showCard(host: Host, scope: Scope): object {
  const network = parseCidr(scope.find('subnet', host.subnet)?.cidr ?? '');
  return {
    InterfaceId: cardOf(host),
    AttachInstanceId: host.id,
    VPCId: host.vpc,
    SubnetId: host.subnet,
    MacAddress: host.mac,
    PrivateIpSet: [host.ip],
    Gateway: toIp((network?.base ?? 0) + 1),
    Netmask: String(network?.bits ?? ''),
    Default: true,
    DefaultOutput: '',
    Status: 1,
    Name: host.name,
    Remark: '',
    Tag: host.tag,
    CreateTime: inSeconds(host.created),
    EIPIdSet: scope.owned('eip', host.id).map((eip) => eip.id),
    FirewallIdSet: [host.firewall],
    EipDirectMode: false,
    EipDirectionVersion: 0,
    IPv6Gateway: '',
    IPv6Mask: 0,
    OperatorName: '',
  };
}
