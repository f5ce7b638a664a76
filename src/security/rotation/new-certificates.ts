import type { IssuingAuthority } from '../authority/issuing-authority.js';
import { agentsOfFleet, areCurrent, type Fleet } from './fleet.js';
import { reloadAgent, restartAgents, type Rolling } from './roll-agents.js';

/** Who signs, and since when a certificate must hold to be a new one, in milliseconds since the epoch; 0: whenever it was made. */
export interface NewCertificates {
  readonly authority: IssuingAuthority;
  readonly since: number;
  /** Whether agents that read some certificates at their start alone are started anew; else something later does that. */
  readonly restarting: boolean;
}

/** Whether every node has a new certificate, and its agents show it. */
export async function areCertified(fleet: Fleet, wanted: NewCertificates): Promise<boolean> {
  const cluster = await fleet.reach();
  for (const node of cluster.nodes) if (!(await fleet.isCertified(node, wanted))) return false;
  return areCurrent(fleet);
}

/**
 * Gives every node another key and certificate, one after the other, and has its agents take them while they run. The next node's
 * turn comes when both show it: of an agent that does not, the others know nothing.
 * @returns how many nodes got one
 */
export async function certifyAll(fleet: Fleet, wanted: NewCertificates, rolling: Rolling): Promise<number> {
  const cluster = await fleet.reach();
  let made = 0;
  for (const node of cluster.nodes) {
    rolling.signal.throwIfAborted();
    if (!(await fleet.isCertified(node, wanted))) {
      await fleet.certify(node, wanted.authority);
      made += 1;
    }
    for (const agent of agentsOfFleet({ ...cluster, nodes: [node] }))
      if (!wanted.restarting || fleet.takesCertificates(agent)) await reloadAgent(fleet, agent, rolling);
  }
  if (wanted.restarting) await restartAgents(fleet, (agent) => !fleet.takesCertificates(agent), rolling);
  return made;
}
