import type { Listener, Ulb } from '../../records/load-balancer.js';
import { OPEN } from '../balancers/balanced-listener.js';
import type { Exposure, NetworkPlan } from '../network/network-plan.js';
import type { StoreView } from '../store-view.js';

/** UDP ports of public load balancers, which nobody reads: what comes goes by turns to those of their backends whose hosts run. */
export function balancedPorts(view: StoreView): NetworkPlan['exposures'] {
  return view
    .all('ulb')
    .filter(({ mode }) => mode === 'OuterMode')
    .flatMap((ulb) => view.owned('listener', ulb.id).flatMap((listener) => turnsOf(view, ulb, listener)));
}

function turnsOf(view: StoreView, { id, firewall }: Ulb, listener: Listener): readonly Exposure[] {
  if (listener.protocol !== 'UDP') return [];
  const rules = view.get('firewall', firewall)?.rules ?? OPEN;
  const backends = view.owned('backend', listener.id).flatMap(({ resource, port, enabled }) => {
    const host = view.get('host', resource);
    return enabled !== false && host?.machine && host.state === 'Running' ? [{ vpc: host.vpc, privateIp: host.ip, port }] : [];
  });
  return view.owned('eip', id).flatMap(({ ip }) =>
    backends.map(({ vpc, privateIp, port }, index) => ({
      ...{ eip: ip, vpc, privateIp, rules },
      forward: { protocol: 'udp' as const, ports: String(listener.port), to: String(port), every: backends.length - index },
    })),
  );
}
