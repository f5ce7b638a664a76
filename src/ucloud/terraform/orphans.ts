import type { OwnedKind } from '../owned/owned-resources.js';
import type { StateResource } from '../../terraform/inventory.js';

/** Something of the cluster's at UCloud, by its tag or name. */
export interface FoundResource {
  readonly kind: OwnedKind;
  readonly id: string;
  /** For people: `uhost-abc (prod-client-1)`. */
  readonly label: string;
  /** Its address in terraform's configuration; undefined when it has none. */
  readonly address: string | undefined;
  /** Of several resources with one address, the highest rank is adopted. */
  readonly rank?: number;
}

export interface Orphans<Found extends FoundResource> {
  /** To be imported into terraform's state. */
  readonly adopt: readonly (Found & { readonly address: string })[];
  /** To be deleted at UCloud. */
  readonly remove: readonly Found[];
}

/**
 * Finds resources that terraform does not know of, because an answer was lost or a run was killed. One is adopted when its
 * address in the configuration is wanted and still empty. All others are to be removed.
 */
export function classifyOrphans<Found extends FoundResource>(
  found: readonly Found[],
  { known, wanted }: { known: readonly StateResource[]; wanted: ReadonlySet<string> },
): Orphans<Found> {
  const ids = new Set(known.map(({ id }) => id));
  const present = new Set(found.map(({ id }) => id));
  // A place whose resource was deleted behind terraform's back is empty.
  const filled = new Set(known.filter(({ id }) => present.has(id)).map(({ address }) => address));
  const adopt: (Found & { readonly address: string })[] = [];
  const remove: Found[] = [];
  for (const one of found.filter(({ id }) => !ids.has(id)).sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0))) {
    const { address } = one;
    if (address === undefined || !wanted.has(address) || filled.has(address)) {
      remove.push(one);
      continue;
    }
    filled.add(address);
    adopt.push({ ...one, address });
  }
  return { adopt, remove };
}
