import { choice, integer, text } from '../params/param.js';
import { id } from '../params/shared-params.js';
import type { Backend, LbRule, Listener, Ulb } from '../records/load-balancer.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import type { Eip } from '../records/eip.js';
import type { Scope } from '../scope/scope.js';
import { firstCard, subResource } from './networks/network-interface.js';
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
  SecurityPolicyId: id(),
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
  const listeners = scope.owned('listener', ulb.id);
  return { ...sharedAnswer(ulb, scope), VServerSet: listeners.map((listener) => showListener(listener, scope)) };
}

/** Without what its listeners are. */
export function showUlbSimply(ulb: Ulb, scope: Scope): object {
  return { ...sharedAnswer(ulb, scope), VServerCount: scope.owned('listener', ulb.id).length, WAFMode: 'NoWAF' };
}

function sharedAnswer(ulb: Ulb, scope: Scope): object {
  const eips = scope.owned('eip', ulb.id);
  const firewall = scope.find('firewall', ulb.firewall);
  const bandwidthType = (eip: Eip): number => (eip.shareBandwidth === '' ? 0 : 1);
  return {
    ULBId: ulb.id,
    Name: ulb.name,
    Tag: ulb.tag,
    BusinessId: ulb.tag,
    Remark: ulb.remark,
    ULBType: ulb.mode,
    ListenType: ulb.listenType,
    VPCId: ulb.vpc,
    SubnetId: ulb.subnet,
    PrivateIP: ulb.ip,
    IPSet: eips.map((eip) => ({
      ...{ EIP: eip.ip, EIPId: eip.id, OperatorName: eip.operator, Bandwidth: eip.bandwidth, BandwidthType: bandwidthType(eip) },
    })),
    CreateTime: inSeconds(ulb.created),
    BandwidthType: eips.some((eip) => bandwidthType(eip) === 1) ? 1 : 0,
    Bandwidth: eips.reduce((sum, { bandwidth }) => sum + bandwidth, 0),
    EnableLog: 0,
    FirewallSet: firewall ? [{ FirewallId: firewall.id, FirewallName: firewall.name }] : [],
    SnatIps: [],
    IPVersion: 'IPv4',
  };
}

export function showListener(listener: Listener, scope: Scope): object {
  const backends = scope.owned('backend', listener.id);
  const policy = listener.securityPolicy === undefined ? undefined : scope.find('securityPolicy', listener.securityPolicy);
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
    Status: listenerStatus(backends, scope),
    SSLSet: listener.ssls.map((ssl) => ({ SSLId: ssl, SSLName: scope.find('ssl', ssl)?.name ?? '' })),
    PolicySet: scope.owned('lbRule', listener.id).map((rule) => showRule(rule, scope)),
    BackendSet: backends.map((backend) => showBackend(backend, scope)),
    SecurityPolicy: policy ? { SecurityPolicyId: policy.id, SecurityPolicyName: policy.name } : {},
    EnableCompression: 0,
    EnableHTTP2: 0,
    ForwardPort: 0,
  };
}

/** Its host runs and, where hosts are real, it passed its last health check. */
function isHealthy({ id, resource }: Backend, scope: Scope): boolean {
  if (scope.find('host', resource)?.state !== 'Running') return false;
  return !scope.machines.real || scope.machines.isWell(id) === true;
}

/** 0: all run, 1: none does, 2: some do. */
function listenerStatus(backends: readonly Backend[], scope: Scope): number {
  const healthy = backends.filter((backend) => isHealthy(backend, scope)).length;
  if (healthy === backends.length) return 0;
  return healthy === 0 ? 1 : 2;
}

function showBackend(backend: Backend, scope: Scope): object {
  const host = scope.find('host', backend.resource);
  return {
    BackendId: backend.id,
    ResourceType: backend.resourceType,
    ResourceId: backend.resource,
    ResourceName: host?.name ?? '',
    ...(host ? subResource(firstCard(host)) : {}),
    PrivateIP: host?.ip ?? '',
    Port: backend.port,
    Enabled: backend.enabled === false ? 0 : 1,
    Status: isHealthy(backend, scope) ? 0 : 1,
    Weight: backend.weight ?? 1,
    IsBackup: backend.isBackup === true ? 1 : 0,
    VPCId: host?.vpc ?? '',
    SubnetId: host?.subnet ?? '',
  };
}

function showRule(rule: LbRule, scope: Scope): object {
  const backends = rule.backends.map((backend) => scope.find('backend', backend)).filter((backend) => backend !== undefined);
  return {
    PolicyId: rule.id,
    PolicyType: 'Custom',
    Type: rule.type,
    Match: rule.match,
    PolicyPriority: rule.priority,
    VServerId: rule.listener,
    TotalCount: backends.length,
    BackendSet: backends.map(({ id: BackendId, resource, port }) => ({
      BackendId,
      ObjectId: resource,
      Port: port,
      PrivateIP: scope.find('host', resource)?.ip ?? '',
      ResourceName: scope.find('host', resource)?.name ?? '',
      ResourceType: 'UHost',
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
