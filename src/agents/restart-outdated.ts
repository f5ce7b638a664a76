import { isAbort } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { leaderSeenBy } from '../cluster/cluster-health.js';
import { refuseEnded, relaunch, type Outside } from './agent-lifecycle.js';
import type { AgentStanding, Binaries } from './agent-standing.js';
import type { Agent } from './agents-in.js';
import { nodeOf, reachNodes, type ReachRequest } from './reach-nodes.js';

const TIMEOUT_MS = 60_000;
/** An election may be going on. */
const LED_MS = 3000;

type Restarting = Outside & ReachRequest & { readonly tools: Binaries; readonly line: (text: string) => void };

/**
 * Starts agents anew, one after the other, each answering again before the next: servers stay above quorum. Where nobody leads
 * them, all at once: there is no quorum to keep, and agents whose certificates have ended take each other only when all have new
 * ones.
 * @throws OutcomeError `wait-timeout` for the one that does not; PrerequisiteError `agent-ended` for one that has ended instead.
 */
export async function restartOutdated(outdated: readonly AgentStanding[], at: Restarting): Promise<void> {
  const agents = outdated.map(({ agent }) => agent);
  const groups = agents.length > 1 && !(await areLed(agents, at)) ? [agents] : agents.map((agent) => [agent]);
  for (const group of groups) {
    await mapBounded(group, PROCESSES_AT_ONCE, async (agent) => {
      at.line(`restarting ${agent.program} on ${agent.node.name}`);
      await relaunch(agent, at.tools, at);
    });
    await mapBounded(group, REQUESTS_AT_ONCE, (agent) => untilLed([agent], at, TIMEOUT_MS));
  }
}

async function areLed(agents: readonly Agent[], at: Restarting): Promise<boolean> {
  return untilLed(agents, at, LED_MS).then(
    () => true,
    (error: unknown) => {
      if (at.signal.aborted || isAbort(error)) throw error;
      return false;
    },
  );
}

/** Until one of them sees a leader. */
async function untilLed(agents: readonly Agent[], at: Restarting, timeoutMs: number): Promise<void> {
  const { clock, signal } = at;
  const [first] = agents;
  if (!first) return;
  const what = `${first.program} on ${first.node.name} to answer again`;
  const stillHopeful = (): void => refuseEnded(agents);
  await waitFor({ what, timeoutMs, clock, signal, stillHopeful, next: nomadctl`logs ${first.node.name}` }, async () => {
    const cluster = await reachNodes(
      agents.map(({ node }) => node),
      at,
    );
    let observed = 'it sees no leader';
    for (const { node, program } of agents) {
      const leader = await leaderSeenBy(cluster, { node: nodeOf(node), program, signal }).catch((error: unknown) => {
        if (signal.aborted || isAbort(error)) throw error;
        observed = error instanceof Error ? error.message : String(error);
        return undefined;
      });
      if (leader !== undefined) return { value: true };
    }
    return { observed };
  });
}
