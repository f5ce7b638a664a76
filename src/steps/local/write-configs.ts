import { existsSync } from 'node:fs';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { writeRootLinks } from '../../agents/chroot-links.js';
import { runningAgent } from '../../agents/running-agent.js';
import { areJudged, judgeConfigs, type Judging } from '../../agents/judge-configs.js';
import { outdatedConfigs, writeConfigs } from '../../agents/config-files.js';
import { outdatedSecretConfigs, writeSecretConfigs } from '../../agents/secret-config-files.js';
import { renderFiles } from '../../agents/rendering/render-files.js';
import { isNomadClient } from '../../cluster/node-roles.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/**
 * Writes each agent's files. Where agents run, Consul and Nomad judge them before any is started anew; else beside the first
 * start (check-configs.ts).
 */
export const writeConfigsStep = defineStep({
  id: 'write-agent-configs',
  title: 'Writing configurations',
  requires: ['tools', 'nodes'],
  async isDone(at) {
    const { open, secret, links } = await renderFiles(at);
    const outdated = [...(await outdatedConfigs(open)), ...(await outdatedSecretConfigs(secret))];
    if (links.size > 0 && clientsOf(at).some(({ files }) => !existsSync(files.rootLinks)))
      return { done: false, because: 'exec tasks have no chroot' };
    if (outdated.length > 0) return { done: false, because: `${outdated.length} files to write` };
    return mustBeJudged(at) ? { done: false, because: 'Consul and Nomad have not accepted them' } : { done: true };
  },
  async run(at, io) {
    const { open, secret, links } = await renderFiles(at);
    if (links.size > 0) for (const { files } of clientsOf(at)) await writeRootLinks(files.rootLinks, links);
    const [outdated, outdatedSecrets] = [await outdatedConfigs(open), await outdatedSecretConfigs(secret)];
    await writeConfigs(open, outdated);
    await writeSecretConfigs(secret, outdatedSecrets);
    io.log([...outdated, ...outdatedSecrets].join('\n'));
    if (mustBeJudged(at)) await judgeConfigs(judgingOf(at), at);
    return { detail: `${agentsOf(at).length} agents` };
  },
});

type At = LocalContext<'tools' | 'nodes'>;

function agentsOf({ state, cluster }: At): Agent[] {
  return agentsIn(state.nodes, cluster.paths.agents);
}

function mustBeJudged(at: At): boolean {
  return agentsOf(at).some(({ files }) => runningAgent(files)) && !areJudged(judgingOf(at));
}

function judgingOf(at: At): Judging {
  return { agents: agentsOf(at), tools: at.state.tools, folder: at.cluster.paths.agents };
}

function clientsOf(at: At): Agent[] {
  return agentsOf(at).filter(isNomadClient);
}
