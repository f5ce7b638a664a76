import { choice, integer, text } from '../params/param.js';
import type { Backend, LbRule, Listener, Ulb } from '../records/load-balancer.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';

const LONGEST_TIMEOUT = 86_400;

/** What a listener has besides its address, at creation and at changes. */
export const listenerParams = {
  VServerName: text({ min: 1, max: 50 }),
  Method: choice('Roundrobin', 'Source', 'ConsistentHash', 'SourcePort', 'ConsistentHashPort', 'WeightRoundrobin', 'Leastconn'),
  PersistenceType: choice('None', 'ServerInsert', 'UserDefined'),
  PersistenceInfo: text({ max: 200 }),
  ClientTimeout: integer({ min: 0, max: LONGEST_TIMEOUT }),
  MonitorType: choice('Port', 'Path', 'Ping', 'Customize'),
  Domain: text({ max: 200 }),
  Path: text({ max: 500 }),
};

const METHODS: Readonly<Record<string, readonly string[]>> = {
  RequestProxy: ['Roundrobin', 'Source', 'WeightRoundrobin', 'Leastconn'],
  PacketsTransmit: ['ConsistentHash', 'SourcePort', 'ConsistentHashPort', 'Roundrobin', 'Source', 'WeightRoundrobin'],
};

/** @throws Refusal when the listener could not work. */
export function checkListener(listener: Pick<Listener, 'listenType' | 'protocol' | 'method' | 'clientTimeout'>): void {
  const { listenType: type, protocol, method, clientTimeout } = listener;
  if (type === 'PacketsTransmit' && ['HTTP', 'HTTPS'].includes(protocol))
    throw new Refusal(retCodes.httpNotHere, `${protocol} needs RequestProxy`);
  if (!METHODS[type]?.includes(method)) throw invalid('Method', `${method} does not go with ${type}`);
  if (type === 'PacketsTransmit' && clientTimeout !== 0 && (clientTimeout < 60 || clientTimeout > 900))
    throw invalid('ClientTimeout', 'must be 0 or 60 to 900 with PacketsTransmit');
}

export function showUlb(ulb: Ulb, scope: Scope): object {
  const eips = scope.owned('eip', ulb.id);
  const firewall = scope.find('firewall', ulb.firewall);
  return {
    ULBId: ulb.id,
    Name: ulb.name,
    Tag: ulb.tag,
    Remark: ulb.remark,
    ULBType: ulb.mode,
    ListenType: ulb.listenType,
    VPCId: ulb.vpc,
    SubnetId: ulb.subnet,
    PrivateIP: ulb.ip,
    IPSet: eips.map(({ id, ip, operator, bandwidth }) => ({
      EIP: ip,
      EIPId: id,
      OperatorName: operator,
      Bandwidth: bandwidth,
      BandwidthType: 0,
    })),
    CreateTime: inSeconds(ulb.created),
    BandwidthType: 0,
    Bandwidth: 0,
    EnableLog: 0,
    FirewallSet: firewall ? [{ FirewallId: firewall.id, FirewallName: firewall.name }] : [],
    SnatIps: [],
    IPVersion: 'IPv4',
    VServerSet: scope.owned('listener', ulb.id).map((listener) => showListener(listener, scope)),
  };
}

export function showListener(listener: Listener, scope: Scope): object {
  return {
    VServerId: listener.id,
    VServerName: listener.name,
    ULBId: listener.ulb,
    Protocol: listener.protocol,
    FrontendPort: listener.port,
    ListenType: listener.listenType,
    Method: listener.method,
    PersistenceType: listener.persistenceType,
    PersistenceInfo: listener.persistenceInfo,
    ClientTimeout: listener.clientTimeout,
    MonitorType: listener.monitorType,
    Domain: listener.domain,
    Path: listener.path,
    Status: 0,
    SSLSet: listener.ssls.map((id) => ({ SSLId: id, SSLName: scope.find('ssl', id)?.name ?? '' })),
    PolicySet: scope.owned('lbRule', listener.id).map((rule) => showRule(rule, scope)),
    BackendSet: scope.owned('backend', listener.id).map((backend) => showBackend(backend, scope)),
  };
}

function showBackend(backend: Backend, scope: Scope): object {
  const host = scope.find('host', backend.resource);
  return {
    BackendId: backend.id,
    ResourceType: backend.resourceType,
    ResourceId: backend.resource,
    ResourceName: host?.name ?? '',
    PrivateIP: host?.ip ?? '',
    Port: backend.port,
    Enabled: 1,
    Status: host?.state === 'Running' ? 0 : 1,
    Weight: 1,
    IsBackup: 0,
    VPCId: host?.vpc ?? '',
    SubnetId: host?.subnet ?? '',
  };
}

function showRule(rule: LbRule, scope: Scope): object {
  const backends = rule.backends.map((id) => scope.find('backend', id)).filter((backend) => backend !== undefined);
  return {
    PolicyId: rule.id,
    PolicyType: 'Custom',
    Type: rule.type,
    Match: rule.match,
    PolicyPriority: rule.priority,
    VServerId: rule.listener,
    TotalCount: backends.length,
    BackendSet: backends.map(({ id, resource, port }) => ({
      BackendId: id,
      ObjectId: resource,
      Port: port,
      PrivateIP: scope.find('host', resource)?.ip ?? '',
      ResourceName: '',
    })),
  };
}

/** A listener of this load balancer. @throws Refusal */
export function needListener(scope: Scope, { ULBId, VServerId }: { readonly ULBId: string; readonly VServerId: string }): Listener {
  scope.need('ulb', ULBId);
  const listener = scope.need('listener', VServerId);
  if (listener.ulb !== ULBId) throw invalid('VServerId', `${VServerId} is not of ${ULBId}`);
  return listener;
}

/** With everything that hangs on it. */
export function removeListener(scope: Scope, listener: Listener): void {
  for (const backend of scope.owned('backend', listener.id)) scope.remove('backend', backend.id);
  for (const rule of scope.owned('lbRule', listener.id)) scope.remove('lbRule', rule.id);
  scope.remove('listener', listener.id);
}
