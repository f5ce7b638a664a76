import { tagOf } from '../cluster-tag.js';
import { nothingOwned, type OwnedResources } from './owned-resources.js';

/**
 * What a cluster has at UCloud because something is exposed, apart from everything else: load balancers and certificates, and the addresses and
 * firewalls that are named after them by terraform's root `ingress`.
 */
export function splitIngress(
  cluster: { readonly name: string },
  owned: OwnedResources,
): { ingress: OwnedResources; others: OwnedResources } {
  const prefix = `${tagOf(cluster)}-ingress-`;
  const isIngress = ({ Name = '' }: { readonly Name?: string }): boolean => Name.startsWith(prefix);
  const { balancers, certificates, eips, firewalls } = owned;
  const ingress = {
    ...nothingOwned,
    balancers: balancers.filter(isIngress),
    certificates,
    eips: eips.filter(isIngress),
    firewalls: firewalls.filter(isIngress),
  };
  const isOther = (thing: { readonly Name?: string }): boolean => !isIngress(thing);
  const others = {
    ...owned,
    certificates: [],
    balancers: balancers.filter(isOther),
    eips: eips.filter(isOther),
    firewalls: firewalls.filter(isOther),
  };
  return { ingress, others };
}
