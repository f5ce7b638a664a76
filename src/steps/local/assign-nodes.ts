import { rm } from 'node:fs/promises';
import { assignmentProblem, assignNodes } from '../../agents/node-assignment.js';
import { isFormed } from '../../agents/formed.js';
import { markProfile, profileOf } from '../../agents/profile/profile-mark.js';
import { isUpgrade, refuseOtherProfile } from '../../agents/profile/refuse-other-profile.js';
import type { NodeRecord } from '../../agents/node-record.js';
import { nodesFor } from '../../agents/topology.js';
import type { ClusterState } from '../../agents/local-state.js';
import { defineStep, type LocalSubject } from '../../agents/local-subject.js';

/** Gives every node of the cluster file an address; those that have one keep it. */
export const assignNodesStep = defineStep({
  id: 'assign-nodes',
  title: 'Choosing addresses',
  provides: ['nodes', 'leaving'],
  async isDone(at) {
    const problem = assignmentProblem({ ...requestFor(at), known: at.state.nodes ?? [] });
    const made = profileOf(at.cluster.paths.agents);
    if (made === undefined) return { done: false, because: problem ?? 'there are no agents yet' };
    if (made !== at.cluster.settings.profile && !isUpgrade(at.cluster))
      return { done: false, because: `the agents were made with profile ${made}` };
    return problem === undefined ? { done: true } : { done: false, because: problem };
  },
  async run(at) {
    await takeProfile(at);
    const known = [...(at.state.nodes ?? []), ...(at.state.leaving ?? [])];
    const { mode, nodes } = await assignNodes({ ...requestFor(at), known, mode: at.cluster.settings.addressing });
    const leaving = known.filter((node) => !nodes.some(({ name }) => name === node.name));
    return { state: { nodes, leaving }, detail: placeOf(mode, nodes) };
  },
});

/**
 * Agents that have not started are written anew: a file of another kind would be read with those of this one. Those of a plain
 * cluster that becomes secure are as they are until they have been stopped (stop-plain-agents.ts).
 */
async function takeProfile({ cluster: { name, paths, settings } }: LocalSubject): Promise<void> {
  refuseOtherProfile({ name, paths, settings });
  if (profileOf(paths.agents) === settings.profile || isUpgrade({ paths, settings })) return;
  await rm(paths.agents, { recursive: true, force: true });
  await markProfile(paths.agents, settings.profile);
}

function requestFor({ cluster }: LocalSubject & { state: Partial<ClusterState> }) {
  return {
    owner: cluster.paths.dir,
    wanted: nodesFor(cluster.settings),
    formed: isFormed(cluster.paths.agents),
    secured: cluster.settings.profile === 'secure',
  };
}

function placeOf(mode: 'addresses' | 'ports', [first]: readonly NodeRecord[]): string {
  if (first === undefined) return 'no nodes';
  return mode === 'ports' ? '127.0.0.1, own ports' : `${first.address} and on`;
}
