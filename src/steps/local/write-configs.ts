import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { outdatedConfigs, renderConfigs, writeConfigs } from '../../agents/write-configs.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/** Writes each agent's files, and has Consul and Nomad themselves judge one of each kind. */
export const writeConfigsStep = defineStep({
  id: 'write-agent-configs',
  title: 'Writing configurations',
  requires: ['tools', 'nodes'],
  async isDone(at) {
    const outdated = await outdatedConfigs(renderFor(at));
    return outdated.length === 0 ? { done: true } : { done: false, because: `${outdated.length} files to write` };
  },
  async run(at, io) {
    const rendered = renderFor(at);
    const outdated = await outdatedConfigs(rendered);
    await writeConfigs(rendered, outdated);
    io.log(outdated.join('\n'));
    const agents = agentsIn(at.state.nodes, at.cluster.paths.agents);
    await Promise.all(oneOfEachKind(agents).map((agent) => validate(agent, at)));
    return { detail: `${agents.length} agents` };
  },
});

type At = LocalContext<'tools' | 'nodes'>;

function renderFor({ cluster, state, platform }: At): Map<string, string> {
  return renderConfigs({
    nodes: state.nodes,
    agents: cluster.paths.agents,
    settings: cluster.settings,
    consulBinary: state.tools.consul.path,
    loopback: platform === 'darwin' ? 'lo0' : 'lo',
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
