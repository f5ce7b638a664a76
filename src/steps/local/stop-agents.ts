import { readdir, rm } from 'node:fs/promises';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { stopAgent } from '../../agents/agent-process.js';
import { runningAgent } from '../../agents/running-agent.js';
import { agentFiles } from '../../agents/node-record.js';
import { socketFolder } from '../../agents/socket-folder.js';
import { sweepCluster } from '../../agents/leftovers/sweep.js';
import { agentsOf, isNomadClient, type AgentRole, type NodeRole } from '../../cluster/node-roles.js';
import { defineStep } from '../../agents/local-subject.js';

/**
 * Ends all agents: Nomad's clients, then everything else, then whatever still lives off their data. Goes by the
 * folders on disk, so it works with the journal lost.
 */
export const stopAgentsStep = defineStep({
  id: 'stop-agents',
  title: 'Stopping agents',
  async run({ cluster, clock, exec }, io) {
    const agents = await agentsOnDisk(cluster.paths.agents);
    const ran = agents.filter(({ node, role }) => runningAgent(agentFiles(cluster.paths.agents, node, role.program))).length;
    for (const wave of [agents.filter(({ role }) => isNomadClient(role)), agents.filter(({ role }) => !isNomadClient(role))]) {
      await mapBounded(wave, PROCESSES_AT_ONCE, ({ node, role }) => stopAgent(agentFiles(cluster.paths.agents, node, role.program), clock));
    }
    const left = await sweepCluster(cluster.paths, { exec, clock });
    await rm(socketFolder(cluster.paths.agents), { recursive: true, force: true });
    const found = Object.entries(left).filter(([, count]) => count > 0);
    if (found.length > 0) io.log(`swept ${found.map(([what, count]) => `${count} ${what}`).join(', ')}`);
    return { detail: ran === 0 ? 'none ran' : ran === 1 ? '1 agent' : `${ran} agents` };
  },
});

/** A node's name says its role: `client-2`. */
async function agentsOnDisk(folder: string): Promise<{ node: string; role: AgentRole }[]> {
  const nodes = await readdir(folder).catch(() => []);
  return nodes.flatMap((node) => (agentsOf(node.replace(/-\d+$/, '') as NodeRole) ?? []).map((role) => ({ node, role })));
}
