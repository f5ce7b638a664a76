import type { OwnedKind } from '../owned/owned-resources.js';
import type { StateResource } from '../../terraform/inventory.js';

/** Something of the cluster's at UCloud, by its tag or name. */
export interface FoundResource {
  readonly kind: OwnedKind;
  readonly id: string;
  /** For people: `uhost-abc (prod-client-1)`. */
  readonly label: string;
  /** Where it belongs in terraform's configuration; nothing when it belongs nowhere. */
  readonly address: string | undefined;
  /** Of several that belong to one place the one with the highest is taken. */
  readonly rank?: number;
}

export interface Orphans<Found extends FoundResource> {
  /** Terraform shall know of them. */
  readonly adopt: readonly (Found & { readonly address: string })[];
  /** Nobody wants them. */
  readonly remove: readonly Found[];
}

/**
 * What was made and terraform does not know of: an answer was lost, or a run was killed. Each belongs to a place in the
 * configuration that is still empty and is taken in there, or is one too many.
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
