import { existsSync } from 'node:fs';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { rootLinks, writeRootLinks } from '../../agents/chroot-links.js';
import { outdatedConfigs, renderConfigs, writeConfigs } from '../../agents/write-configs.js';
import { configFiles } from '../../agents/agent-process.js';
import { isBootstrapped } from '../../agents/formed.js';
import { outdatedSecretConfigs, secretConfigs, writeSecretConfigs } from '../../agents/write-secret-configs.js';
import { readClusterSecrets } from '../../security/cluster-secrets.js';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { SecretDocument } from '@nomadctl/base/secret/secret';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/** Writes each agent's files, and has Consul and Nomad themselves judge one of each kind. */
export const writeConfigsStep = defineStep({
  id: 'write-agent-configs',
  title: 'Writing configurations',
  requires: ['tools', 'nodes'],
  async isDone(at) {
    const links = await rootLinks(at.platform);
    const { open, secret } = await renderFor(at, links.size > 0);
    const outdated = [...(await outdatedConfigs(open)), ...(await outdatedSecretConfigs(secret))];
    if (links.size > 0 && clientsOf(at).some(({ files }) => !existsSync(files.rootLinks)))
      return { done: false, because: 'exec tasks have no chroot' };
    return outdated.length === 0 ? { done: true } : { done: false, because: `${outdated.length} files to write` };
  },
  async run(at, io) {
    const links = await rootLinks(at.platform);
    const { open, secret } = await renderFor(at, links.size > 0);
    if (links.size > 0) for (const { files } of clientsOf(at)) await writeRootLinks(files.rootLinks, links);
    const [outdated, outdatedSecrets] = [await outdatedConfigs(open), await outdatedSecretConfigs(secret)];
    await writeConfigs(open, outdated);
    await writeSecretConfigs(secret, outdatedSecrets);
    io.log([...outdated, ...outdatedSecrets].join('\n'));
    const agents = agentsIn(at.state.nodes, at.cluster.paths.agents);
    await Promise.all(oneOfEachKind(agents).map((agent) => validate(agent, at)));
    return { detail: `${agents.length} agents` };
  },
});

type At = LocalContext<'tools' | 'nodes'>;

function clientsOf({ state, cluster }: At): Agent[] {
  return agentsIn(state.nodes, cluster.paths.agents).filter(({ program, mode }) => program === 'nomad' && mode === 'client');
}

/** What everybody may read, and what nobody may. Of a cluster that keeps nobody out, nothing is secret. */
interface Rendered {
  readonly open: ReadonlyMap<string, string>;
  readonly secret: ReadonlyMap<string, SecretDocument>;
}

async function renderFor(at: At, hasRootLinks: boolean): Promise<Rendered> {
  const { cluster, state, platform } = at;
  const { agents, ca } = cluster.paths;
  const isSecured = cluster.settings.profile === 'secure';
  const { nodes, tools } = state;
  const open = renderConfigs({
    nodes,
    agents,
    settings: cluster.settings,
    consulBinary: tools.consul.path,
    loopback: platform === 'darwin' ? 'lo0' : 'lo',
    ...(isSecured ? { authority: { file: ca, pem: (await readIfThere(ca)) ?? '' } } : {}),
    hasRootLinks,
  });
  const secrets = isSecured
    ? await readClusterSecrets(
        { ...at, paths: cluster.paths },
        state.nodes.map(({ name }) => name),
      )
    : undefined;
  return { open, secret: secrets ? secretConfigs({ nodes, agents, secrets, bootstrapped: isBootstrapped(agents) }) : new Map() };
}

/** Agents of one kind differ in names, addresses and ports only: what is right for one is right for all. */
function oneOfEachKind(agents: readonly Agent[]): Agent[] {
  return [...new Map(agents.map((agent) => [`${agent.program} ${agent.mode}`, agent])).values()];
}

async function validate({ program, files }: Agent, { exec, signal, state }: At): Promise<void> {
  const argv = [...(program === 'consul' ? ['validate'] : ['config', 'validate']), ...configFiles(files)];
  const { exitCode, stdout, stderr } = await exec.run(state.tools[program].path, argv, { signal, accept: [0, 1] });
  if (exitCode === 0) return;
  throw new ConfigError(`${program} does not accept its configuration ${files.config}`, {
    code: 'agent-config-refused',
    why: `${stderr}\n${stdout}`.trim().split('\n').slice(-8),
    next: hint`${program} ${state.tools[program].version} may be too new or too old: ${nomadctl`doctor`}`,
  });
}
