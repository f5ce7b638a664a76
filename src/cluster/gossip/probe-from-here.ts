import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Secret } from '@nomadctl/base/secret/secret';
import { probeGossip, type GossipMember } from '../../clients/probe/probe-gossip.js';
import { unreachedAmong, type Asker, type UnreachedMember } from './unreached-members.js';

/** Who asks whom. */
export interface GossipLook {
  /** They are on this computer: what they reach, it reaches from their addresses. */
  readonly from: readonly Asker[];
  readonly members: readonly GossipMember[];
  readonly key?: Secret | undefined;
  readonly signal: AbortSignal;
}

/** Members that agents of this computer do not reach at the addresses that their pool has of them. At most some seconds. */
export async function unreachedFromHere({ from, members, key, signal }: GossipLook): Promise<UnreachedMember[]> {
  const pairs = from.flatMap((asker) => members.filter(({ name }) => name !== asker.name).map((member) => ({ asker, member })));
  const probed = await mapBounded(pairs, REQUESTS_AT_ONCE, async ({ asker, member }) => ({
    member,
    from: asker,
    ...(await probeGossip(member, { from: asker.address, key, signal })),
  }));
  return unreachedAmong(probed);
}
