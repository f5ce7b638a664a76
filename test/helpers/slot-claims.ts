import type { Claims } from '../../packages/base/src/claims.js';

/** Claims of a computer on which this slot is the first free one. Nothing is looked at, so that the outcome is the same everywhere. */
export function slotClaims(slot: number): Claims {
  return { claim: async () => slot, keep: () => undefined, has: (_, asked) => asked === slot, release: () => undefined };
}
