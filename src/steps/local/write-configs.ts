import { existsSync } from 'node:fs';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { rootLinks, writeRootLinks } from '../../agents/chroot-links.js';
import { outdatedConfigs, renderConfigs, writeConfigs } from '../../agents/config-files.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/** Writes each agent's files, and has Consul and Nomad themselves judge one of each kind. */
export const writeConfigsStep = defineStep({
  id: 'write-agent-configs',
  title: 'Writing configurations',
  requires: ['tools', 'nodes'],
  async isDone(at) {
    const links = await rootLinks(at.platform);
    const outdated = await outdatedConfigs(renderFor(at, links.size > 0));
    if (links.size > 0 && clientsOf(at).some(({ files }) => !existsSync(files.rootLinks)))
      return { done: false, because: 'exec tasks have no chroot' };
    return outdated.length === 0 ? { done: true } : { done: false, because: `${outdated.length} files to write` };
  },
  async run(at, io) {
    const links = await rootLinks(at.platform);
    const rendered = renderFor(at, links.size > 0);
    if (links.size > 0) for (const { files } of clientsOf(at)) await writeRootLinks(files.rootLinks, links);
    const outdated = await outdatedConfigs(rendered);
    await writeConfigs(rendered, outdated);
    io.log(outdated.join('\n'));
    const agents = agentsIn(at.state.nodes, at.cluster.paths.agents);
    await Promise.all(oneOfEachKind(agents).map((agent) => validate(agent, at)));
    return { detail: `${agents.length} agents` };
  },
});

type At = LocalContext<'tools' | 'nodes'>;

function clientsOf({ state, cluster }: At): Agent[] {
  return agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'nomad' && mode === 'client');
}

function renderFor({ cluster, state, platform }: At, hasRootLinks: boolean): Map<string, string> {
  return renderConfigs({
    nodes: state.nodes,
    agents: cluster.paths.agents,
    settings: cluster.settings,
    consulBinary: state.tools.consul.path,
    loopback: platform === 'darwin' ? 'lo0' : 'lo',
    hasRootLinks,
  });
}

/** Agents of one kind differ in names, addresses and ports only: what is right for one is right for all. */
function oneOfEachKind(agents: readonly Agent[]): Agent[] {
  return [...new Map(agents.map((agent) => [`${agent.program} ${agent.mode}`, agent])).values()];
}

async function validate({ program, files }: Agent, { exec, signal, state }: At): Promise<void> {
  const argv = program === 'consul' ? ['validate', files.config, files.join] : ['config', 'validate', files.config, files.join];
  const { exitCode, stdout, stderr } = await exec.run(state.tools[program].path, argv, { signal, accept: [0, 1] });
  if (exitCode === 0) return;
  throw new ConfigError(`${program} does not accept its configuration ${files.config}`, {
    code: 'agent-config-refused',
    why: `${stderr}\n${stdout}`.trim().split('\n').slice(-8),
    next: hint`${program} ${state.tools[program].version} may be too new or too old: ${nomadctl`doctor`}`,
  });
}
