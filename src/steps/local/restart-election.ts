import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { FILES_AT_ONCE, mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { stopAgent } from '../../agents/agent-process.js';
import { runningAgent } from '../../agents/running-agent.js';
import { serverAgentsIn, type Agent } from '../../agents/agents-in.js';
import { isFormed, markFormed } from '../../agents/formed.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import type { NodeRecord } from '../../agents/node-record.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { nodesFor } from '../../agents/topology.js';
import { firstElection, type FirstElection } from '../../cluster/first-election.js';
import { isServerOf } from '../../cluster/node-roles.js';

/**
 * Has servers that still wait for their first election begin it anew, when their number has changed: one that is told
 * another number would elect alone, while the others elect as they were told before, and there would be two clusters.
 */
export const restartElectionStep = defineStep({
  id: 'restart-election',
  title: 'Restarting the first election',
  hideWhenDone: true,
  async isDone(at) {
    if (isFormed(at.cluster.paths.agents) || knownNodes(at).length === 0) return { done: true };
    const [known, wanted] = [serverNames(knownNodes(at)), serverNames(nodesFor(at.cluster.settings))];
    return known === wanted ? { done: true } : { done: false, because: 'the number of servers has changed before they elected' };
  },
  async run(at) {
    const { cluster, clock } = at;
    if ((await settledElection(at)) !== 'none') {
      // They have, or may have, and who votes is in their data. Those that go give up their votes, once there are leaders.
      await markFormed(cluster.paths.agents);
      return { detail: 'it is over' };
    }
    const servers = serverAgents(at);
    const wanted = nodesFor(cluster.settings);
    // Nothing of the data is touched before all have ended: they may be electing now.
    await mapBounded(servers, PROCESSES_AT_ONCE, ({ files }) => stopAgent(files, clock));
    await mapBounded(servers, FILES_AT_ONCE, ({ files }) => rm(files.data, { recursive: true, force: true }));
    // Without a configuration, one that goes is not started again. Last: a run that is killed before leaves a number that can elect.
    const leaving = servers.filter(({ node }) => !wanted.some(({ name, role }) => name === node.name && role === node.role));
    await mapBounded(leaving, FILES_AT_ONCE, ({ files }) => rm(files.config, { force: true }));
    return {};
  },
});

type At = LocalContext;

/** An agent that has just started needs a moment until it answers. */
const ANSWER_MS = 10_000;
const POLL_MS = 100;

async function settledElection(at: At): Promise<FirstElection> {
  const deadline = at.clock.now() + ANSWER_MS;
  const cluster = await reachNodes(knownNodes(at), at);
  for (;;) {
    // One that has ended may have elected before.
    if (serverAgents(at).some(({ files }) => !runningAgent(files) && existsSync(files.data))) return 'unknown';
    const running = runningServers(at).map(({ node, program }) => ({ node: nodeOf(node), program }));
    const seen = await firstElection(cluster, running, at.signal);
    if (seen !== 'unknown' || at.clock.now() > deadline) return seen;
    await at.clock.sleep(POLL_MS, at.signal);
  }
}

function runningServers(at: At): Agent[] {
  return serverAgents(at).filter(({ files }) => runningAgent(files));
}

function serverAgents(at: At): Agent[] {
  return serverAgentsIn(at.state, at.cluster.paths.agents);
}

function knownNodes({ state }: At): NodeRecord[] {
  return [...(state.nodes ?? []), ...(state.leaving ?? [])];
}

function serverNames(nodes: readonly Pick<NodeRecord, 'name' | 'role'>[]): string {
  const servers = nodes.filter(({ role }) => isServerOf(role, 'consul') || isServerOf(role, 'nomad'));
  return servers
    .map(({ name }) => name)
    .sort()
    .join();
}
