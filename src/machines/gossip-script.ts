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
const AT_ONCE = 24;

const PROBE = `because() {
  case $1,$2 in
    *refused*) echo refused ;;
    *unreachable*|*'No route'*|*Invalid*) echo no-route ;;
    *) echo silent ;;
  esac
}
probe() {
  local tcp=answered udp=answered said
  said=$(timeout ${seconds(PROBE_MS)} bash -c 'exec 3<> "/dev/tcp/$1/$2"' - "$2" "$3" 2>&1) || tcp=$(because $? "$said")
  said=$(
    exec 2>&1
    exec 3<> "/dev/udp/$2/$3"
    (for _ in ${PINGS_AT.map((_, index) => index + 1).join(' ')}; do printf %s "$4" | base64 -d >&3; sleep ${seconds(PINGS_AT[1] ?? 0)}; done) > /dev/null 2>&1 &
    timeout ${seconds(PROBE_MS)} dd bs=2048 count=1 status=none <&3 | wc -c
  ) || true
  if ! [ "$said" -gt 0 ] 2> /dev/null; then udp=$(because 0 "$said"); fi
  echo "probed $1 $tcp $udp"
}`;

/** A script (bash) that asks all of them, and writes a line for each. */
export function gossipScript(members: readonly GossipMember[], key?: Secret): string {
  const calls = members.map(({ name, address, port }, index) => {
    const call = `probe ${index} ${shellWord(address)} ${port} ${gossipPing(name, key).toString('base64')} &`;
    return (index + 1) % AT_ONCE === 0 ? `${call}\nwait` : call;
  });
  return [PROBE, ...calls, 'wait'].join('\n');
}

/** What the script wrote, in the order of the members; nothing of one that it did not come to. */
export function answersIn(said: string, members: readonly GossipMember[]): (GossipAnswers & { readonly member: GossipMember })[] {
  return [...said.matchAll(/^probed (\d+) (\S+) (\S+)$/gm)].flatMap(([, index, tcp, udp]) => {
    const member = members[Number(index)];
    return member ? [{ member, tcp: tcp as ProbeAnswer, udp: udp as ProbeAnswer }] : [];
  });
}
