import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { leaderSeenBy } from '../cluster/cluster-health.js';
import { relaunch, type Outside } from './agent-lifecycle.js';
import type { AgentStanding, Binaries } from './agent-standing.js';
import { nodeOf, reachNodes, type ReachRequest } from './reach-nodes.js';

const TIMEOUT_MS = 60_000;

/**
 * Starts agents anew, one after the other, each answering again before the next: servers stay above quorum.
 * @throws OutcomeError `wait-timeout` for the one that does not.
 */
export async function restartOutdated(
  outdated: readonly AgentStanding[],
  { tools, line, ...outside }: Outside & ReachRequest & { readonly tools: Binaries; readonly line: (text: string) => void },
): Promise<void> {
  const { clock, signal } = outside;
  for (const { agent } of outdated) {
    const { program, node } = agent;
    line(`restarting ${program} on ${node.name}`);
    await relaunch(agent, tools, outside);
    const what = `${program} on ${node.name} to answer again`;
    await waitFor({ what, timeoutMs: TIMEOUT_MS, clock, signal, next: nomadctl`logs ${node.name}` }, async () => {
      const leader = await leaderSeenBy(await reachNodes([node], outside), { node: nodeOf(node), program, signal });
      return leader === undefined ? { observed: 'it sees no leader' } : { value: true };
    });
  }
}
