import type { FirewallRule } from '../../records/firewall.js';
import type { Listener, Ulb } from '../../records/load-balancer.js';
import type { StoreView } from '../store-view.js';

/** A listener of a load balancer as this computer has to serve it: pure data, worked out from the store. */
export interface BalancedListener {
  readonly id: string;
  /** Public addresses of an outer one, the private one of an inner one. */
  readonly addresses: readonly string[];
  /** Of an inner one: where its address is. */
  readonly inside?: Place | undefined;
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS';
  readonly port: number;
  /** Who gets through to a public address. */
  readonly rules: readonly FirewallRule[];
  /** As the API spells it: how the next backend is chosen. */
  readonly method: string;
  /** Milliseconds without a byte after which a connection ends; 0: never. */
  readonly idleMs: number;
  /** Whether a client comes back to the backend that it had, by a cookie. */
  readonly sticks: boolean;
  readonly monitor: Monitor;
  /** Enabled ones whose hosts run. */
  readonly backends: readonly BalancedBackend[];
  /** What some backends alone answer, the first that matches. */
  readonly routes: readonly BalancedRoute[];
  readonly tls: BalancedTls;
}

interface Place {
  readonly vpc: string;
  readonly cidr: string;
}

export interface BalancedBackend {
  readonly id: string;
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
  /** Gets something only when no other backend is well. */
  readonly isBackup: boolean;
}

/** What a health check asks for: `Path` is an HTTP request, anything else a connection. */
export interface Monitor {
  readonly type: string;
  readonly domain: string;
  readonly path: string;
}

export interface BalancedRoute {
  readonly type: string;
  readonly match: string;
  /** Ids. */
  readonly backends: readonly string[];
}

export interface BalancedTls {
  /** PEM; the first is shown to who names no host. */
  readonly certificates: readonly { readonly certificate: string; readonly key: string }[];
  readonly minVersion?: string;
  readonly ciphers?: string;
}

/** A load balancer without a firewall is open. */
export const OPEN = ['TCP', 'UDP'].map((protocol) => `${protocol}|1-65535|0.0.0.0/0|ACCEPT|HIGH|`);

/** All listeners that speak TCP. Those of UDP are led on by the network: see balanced-ports.ts. */
export function balancedListeners(view: StoreView): readonly BalancedListener[] {
  return view.all('ulb').flatMap((ulb) => {
    const place = placeOf(view, ulb);
    if (place.addresses.length === 0) return [];
    const rules = view.get('firewall', ulb.firewall)?.rules ?? OPEN;
    return view.owned('listener', ulb.id).flatMap((listener) => listenerOf(view, listener, { ...place, rules }) ?? []);
  });
}

function placeOf(view: StoreView, { id, mode, vpc, subnet, ip }: Ulb): Pick<BalancedListener, 'addresses' | 'inside'> {
  if (mode === 'OuterMode') return { addresses: view.owned('eip', id).map((eip) => eip.ip) };
  const cidr = view.get('subnet', subnet)?.cidr;
  return cidr === undefined ? { addresses: [] } : { addresses: [ip], inside: { vpc, cidr } };
}

function listenerOf(
  view: StoreView,
  listener: Listener,
  place: Pick<BalancedListener, 'addresses' | 'inside' | 'rules'>,
): BalancedListener | undefined {
  const { protocol } = listener;
  if (protocol !== 'TCP' && protocol !== 'HTTP' && protocol !== 'HTTPS') return undefined;
  const routes = view.owned('lbRule', listener.id).toSorted((one, other) => other.priority - one.priority);
  return {
    ...{ id: listener.id, ...place, protocol, port: listener.port, method: listener.method },
    idleMs: listener.clientTimeout * 1000,
    sticks: listener.persistenceType === 'ServerInsert',
    monitor: { type: listener.monitorType, domain: listener.domain, path: listener.path },
    backends: backendsOf(view, listener),
    routes: routes.map(({ type, match, backends }) => ({ type, match, backends })),
    tls: tlsOf(view, listener),
  };
}

function backendsOf(view: StoreView, { id }: Listener): BalancedBackend[] {
  return view.owned('backend', id).flatMap((backend) => {
    const host = view.get('host', backend.resource);
    if (backend.enabled === false || !host?.machine || host.state !== 'Running') return [];
    const { weight = 1, isBackup = false } = backend;
    return [{ id: backend.id, ip: host.ip, port: backend.port, weight, isBackup }];
  });
}

function tlsOf(view: StoreView, { ssls, securityPolicy }: Listener): BalancedTls {
  const policy = securityPolicy === undefined ? undefined : view.get('securityPolicy', securityPolicy);
  const certificates = ssls.flatMap((id) => {
    const { certificate, key } = view.get('ssl', id) ?? {};
    return certificate === undefined || key === undefined ? [] : [{ certificate, key }];
  });
  return {
    certificates,
    ...(policy ? { minVersion: policy.tlsVersion.replace('TLSv1.0', 'TLSv1'), ciphers: policy.ciphers.join(':') } : {}),
  };
}
