import { shellWord } from '@nomadctl/base/shell-word';
import type { Secret } from '@nomadctl/base/secret/secret';
import { gossipPing } from '../clients/probe/gossip-ping.js';
import { PINGS_AT, PROBE_MS, type GossipAnswers, type GossipMember, type ProbeAnswer } from '../clients/probe/probe-gossip.js';

/*
 * Asks members from a host, as `clients/probe/probe-gossip.ts` does from here: bash opens TCP and UDP by itself. The pings are made
 * here, so the key of the pool stays here. `base64 -d` writes a ping at once, where bash's printf would cut it at each line feed.
 */

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
/** Each takes some processes. */
const AT_ONCE = 16;

const PROBE = `because() {
  case $1,$2 in
    *refused*) echo refused ;;
    *unreachable*|*'No route'*|*Invalid*) echo no-route ;;
    *) echo silent ;;
  esac
}
tcp() {
  local answer=answered said
  said=$(timeout ${seconds(PROBE_MS)} bash -c 'exec 3<> "/dev/tcp/$1/$2"' - "$2" "$3" 2>&1) || answer=$(because $? "$said")
  echo "tcp $1 $answer"
}
udp() {
  local answer=answered said
  said=$(
    exec 2>&1
    exec 3<> "/dev/udp/$2/$3"
    (for _ in ${PINGS_AT.map((_, index) => index + 1).join(' ')}; do printf %s "$4" | base64 -d >&3; sleep ${seconds(PINGS_AT[1] ?? 0)}; done) > /dev/null 2>&1 &
    timeout ${seconds(PROBE_MS)} dd bs=2048 count=1 status=none <&3 | wc -c
  ) || true
  if ! [ "$said" -gt 0 ] 2> /dev/null; then answer=$(because 0 "$said"); fi
  echo "udp $1 $answer"
}`;

/** A script (bash) that asks all of them over both, and writes a line for each answer. */
export function gossipScript(members: readonly GossipMember[], key?: Secret): string {
  const calls = members.map(({ name, address, port }, index) => {
    const at = `${index} ${shellWord(address)} ${port}`;
    const call = `tcp ${at} &\nudp ${at} ${gossipPing(name, key).toString('base64')} &`;
    return (index + 1) % AT_ONCE === 0 ? `${call}\nwait` : call;
  });
  return [PROBE, ...calls, 'wait'].join('\n');
}

/** What the script wrote, in the order of the members; nothing of one that it did not come to. */
export function answersIn(said: string, members: readonly GossipMember[]): (GossipAnswers & { readonly member: GossipMember })[] {
  const answers = new Map([...said.matchAll(/^(tcp|udp) (\d+) (\S+)$/gm)].map(([, over, index, answer]) => [`${over} ${index}`, answer]));
  return members.flatMap((member, index) => {
    const [tcp, udp] = ['tcp', 'udp'].map((over) => answers.get(`${over} ${index}`) as ProbeAnswer | undefined);
    return tcp && udp ? [{ member, tcp, udp }] : [];
  });
}
