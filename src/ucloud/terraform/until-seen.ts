import type { TerraformScope } from '../../terraform/terraform-scope.js';

/** What UCloud's lists show of what must be there. */
export interface Sight {
  /** Addresses in terraform's state whose resource the lists have. */
  readonly present: ReadonlySet<string>;
  /** Addresses in terraform's state, of kinds that are listed, whose resource the lists do not have. */
  readonly unseen: readonly string[];
  /** Addresses of resources that the lists have and terraform does not know. */
  readonly found: ReadonlySet<string>;
}

/** How long a list may lag behind. What is not in it after that is gone. */
const LAG_MS = 20_000;
const PAUSE_MS = 1000;

/**
 * Looks, and looks again while something is missing that was there a moment ago: from an old list one would make it twice.
 * @param isMissing what must be there, of those that are not seen
 */
export async function untilSeen<Observed extends { readonly sight: Sight }>(
  { ctx: { clock, signal }, line }: Pick<TerraformScope, 'ctx' | 'line'>,
  look: () => Promise<Observed>,
  isMissing: (sight: Sight) => readonly string[],
): Promise<Observed> {
  const deadline = clock.now() + LAG_MS;
  for (;;) {
    const observed = await look();
    const missing = isMissing(observed.sight);
    if (missing.length === 0 || clock.now() >= deadline) return observed;
    line(`UCloud does not list ${missing.length === 1 ? 'something' : `${missing.length} things`} that should be there, looking again`);
    await clock.sleep(PAUSE_MS, signal);
  }
}

/** All that the state knows, and what was made and then lost sight of. */
export function missingIn(sight: Sight, lost: readonly string[]): string[] {
  return [...sight.unseen, ...lost.filter((address) => !sight.present.has(address) && !sight.found.has(address))];
}

export function sightOf(
  known: readonly { readonly address: string; readonly type: string; readonly id: string }[],
  {
    ids,
    types,
    orphans,
  }: { ids: ReadonlySet<string>; types: readonly string[]; orphans: readonly { readonly address: string | undefined }[] },
): Sight {
  const listed = known.filter(({ type }) => types.includes(type));
  return {
    present: new Set(listed.filter(({ id }) => ids.has(id)).map(({ address }) => address)),
    unseen: listed.filter(({ id }) => !ids.has(id)).map(({ address }) => address),
    found: new Set(orphans.flatMap(({ address }) => address ?? [])),
  };
}
