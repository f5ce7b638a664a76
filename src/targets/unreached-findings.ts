import { hint } from '@nomadctl/base/hint/hint';
import type { UnreachedMember } from '../cluster/gossip/unreached-members.js';
import type { FaultFinding } from './fault-findings.js';
import { unreachedSentence, waysIn } from './unreached-words.js';

/** Members that servers do not reach at the address that their pool has of them: one finding each. */
export function unreachedFindings(cluster: string, unreached: readonly UnreachedMember[]): FaultFinding[] {
  return unreached.map((member) => {
    const { name, address, port, from } = member;
    const [first] = from;
    return {
      id: `gossip-${cluster}-${name}`,
      title: `Gossip with ${name}`,
      found: `${address}:${port} from ${from.map((one) => one.name).join(', ')}: not over ${waysIn(member)}`,
      wanted: 'answers over TCP and UDP',
      ok: false,
      optional: true,
      faulty: true,
      remarks: [unreachedSentence(member)],
      fix: {
        command: hint`let ${first?.address ?? ''} reach ${address} on ${port}, TCP and UDP; an agent in a network of its own is started with -advertise and an address that is reached`,
      },
    };
  });
}
