import type { GossipAnswers, ProbeAnswer } from '../clients/probe/probe-gossip.js';
import type { UnreachedMember } from '../cluster/gossip/unreached-members.js';

/** "app2 is registered at 10.93.0.4, which server-1 (10.91.2.40) does not reach on 8301 over TCP and UDP: its services will come and go" */
export function unreachedSentence({ name, address, port, tcp, udp, from }: UnreachedMember): string {
  const [first, ...others] = from;
  const who = `${first?.name} (${first?.address})${others.length > 0 ? `, ${others.map((one) => one.name).join(', ')}` : ''}`;
  return `${name} is registered at ${address}, which ${who} ${others.length > 0 ? 'do' : 'does'} not reach on ${port} over ${waysIn({ tcp, udp })}: ${consequence({ tcp, udp })}`;
}

/** "TCP and UDP", "UDP (nothing comes back), though over TCP it answers". */
export function waysIn({ tcp, udp }: GossipAnswers): string {
  if (tcp === 'answered') return `UDP (${REASONS[udp]}), though over TCP it answers`;
  if (udp === 'answered') return `TCP (${REASONS[tcp]}), though over UDP it answers`;
  return `TCP and UDP (${[...new Set([REASONS[tcp], REASONS[udp]])].join('; ')})`;
}

const REASONS: Readonly<Record<ProbeAnswer, string>> = {
  answered: 'it answers',
  refused: 'refused',
  silent: 'nothing comes back',
  'no-route': 'there is no way there',
};

/** Seen with Consul 1.22.0: a member that is not reached at all fails some 20 s after it has joined, and is back with its next exchange of 30 s. */
function consequence({ tcp, udp }: GossipAnswers): string {
  if (tcp === 'answered') return 'a firewall eats UDP in that direction; news reaches it late, and it is at times taken for dead';
  if (udp === 'answered') return 'a firewall eats TCP in that direction; it is not told of all that others know';
  return 'its services will come and go';
}
