import type { GossipAnswers, GossipMember } from '../../clients/probe/probe-gossip.js';

/** Somebody who asks members: a node of the cluster. */
export interface Asker {
  readonly name: string;
  readonly address: string;
}

/** What came of one who asked one. */
export interface Probed extends GossipAnswers {
  readonly member: GossipMember;
  readonly from: Asker;
}

/** A member at an address where others do not reach it, and who those are. What they had for an answer is the same for all. */
export interface UnreachedMember extends GossipAnswers, GossipMember {
  readonly from: readonly Asker[];
}

/**
 * Members whose pool says that they are there, and that somebody does not reach. Where nothing listens, nobody is: an agent that has
 * ended is no riddle, and others tell of it.
 */
export function unreachedAmong(probed: readonly Probed[]): UnreachedMember[] {
  const found = new Map<string, UnreachedMember>();
  for (const { member, from, tcp, udp } of probed) {
    const isThere = tcp === 'answered' && udp === 'answered';
    if (isThere || (tcp === 'refused' && udp === 'refused')) continue;
    const key = [member.name, member.address, tcp, udp].join(' ');
    const before = found.get(key);
    found.set(key, { ...member, tcp, udp, from: [...(before?.from ?? []), from] });
  }
  return [...found.values()];
}
