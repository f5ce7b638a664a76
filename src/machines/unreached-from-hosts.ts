import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Secret } from '@nomadctl/base/secret/secret';
import type { GossipMember } from '../clients/probe/probe-gossip.js';
import { unreachedAmong, type Probed, type UnreachedMember } from '../cluster/gossip/unreached-members.js';
import { answersIn, gossipScript } from './gossip-script.js';
import type { HostsRequest, NodeHost } from './host-nodes.js';
import { hostShells } from './rotation/host-shells.js';

/** Who asks whom, over one connection to each host that asks. */
export interface HostsLook extends HostsRequest {
  readonly asks: readonly { readonly host: NodeHost; readonly members: readonly GossipMember[] }[];
  readonly key?: Secret | undefined;
  readonly timeoutMs: number;
}

/** Members that hosts do not reach at the addresses that their pool has of them. Hosts that do not answer over SSH are left out. */
export async function unreachedFromHosts({ asks, key, timeoutMs, ...request }: HostsLook): Promise<UnreachedMember[]> {
  const shells = hostShells(request, timeoutMs);
  try {
    const probed = await mapBounded(asks, PROCESSES_AT_ONCE, async ({ host, members }): Promise<Probed[]> => {
      const others = members.filter(({ name }) => name !== host.name);
      if (others.length === 0) return [];
      const said = await shells
        .on(host.name, (shell) => shell.run('asking members of the gossip pool', gossipScript(others, key)))
        .catch(() => '');
      const from = { name: host.name, address: host.privateIp };
      return answersIn(said, others).map((answers) => ({ ...answers, from }));
    });
    return unreachedAmong(probed.flat());
  } finally {
    await shells.close();
  }
}
