import type { Listener, Ulb } from '../../records/load-balancer.js';
import type { Exposure, NetworkPlan } from '../network/network-plan.js';
import type { StoreView } from '../store-view.js';

/** A load balancer without a firewall is open. */
const OPEN = ['TCP', 'UDP'].map((protocol) => `${protocol}|1-65535|0.0.0.0/0|ACCEPT|HIGH|`);
/** HTTP is led on like any connection. What would have to be read, such as TLS, leads nowhere. */
const PROTOCOLS: Readonly<Record<string, 'tcp' | 'udp'>> = { TCP: 'tcp', HTTP: 'tcp', UDP: 'udp' };

/** Ports of public load balancers: connections go by turns to those of their backends whose hosts run. */
export function balancedPorts(view: StoreView): NetworkPlan['exposures'] {
  return view
    .all('ulb')
    .filter(({ mode }) => mode === 'OuterMode')
    .flatMap((ulb) => view.owned('listener', ulb.id).flatMap((listener) => turnsOf(view, ulb, listener)));
}

function turnsOf(view: StoreView, { id, firewall }: Ulb, listener: Listener): readonly Exposure[] {
  const protocol = PROTOCOLS[listener.protocol];
  if (!protocol) return [];
  const rules = view.get('firewall', firewall)?.rules ?? OPEN;
  const backends = view.owned('backend', listener.id).flatMap(({ resource, port }) => {
    const host = view.get('host', resource);
    return host?.machine && host.state === 'Running' ? [{ vpc: host.vpc, privateIp: host.ip, port }] : [];
  });
  return view.owned('eip', id).flatMap(({ ip }) =>
    backends.map(({ vpc, privateIp, port }, index) => ({
      ...{ eip: ip, vpc, privateIp, rules },
      forward: { protocol, ports: String(listener.port), to: String(port), every: backends.length - index },
    })),
  );
}
