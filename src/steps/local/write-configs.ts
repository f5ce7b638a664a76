import { existsSync } from 'node:fs';
import { agentsIn, type Agent } from '../../agents/agents-in.js';
import { rootLinks, writeRootLinks } from '../../agents/chroot-links.js';
import { runningAgent } from '../../agents/running-agent.js';
import { areJudged, judgeConfigs, type Judging } from '../../agents/judge-configs.js';
import { outdatedConfigs, renderConfigs, writeConfigs } from '../../agents/config-files.js';
import { isBootstrapped } from '../../agents/formed.js';
import { securingOf } from '../../agents/profile/securing-mark.js';
import { outdatedSecretConfigs, secretConfigs, writeSecretConfigs } from '../../agents/secret-config-files.js';
import { readClusterSecrets } from '../../security/cluster-secrets.js';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { SecretDocument } from '@nomadctl/base/secret/secret';
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
    const links = await rootLinks(at.platform);
    const { open, secret } = await renderFor(at, links.size > 0);
    const outdated = [...(await outdatedConfigs(open)), ...(await outdatedSecretConfigs(secret))];
    if (links.size > 0 && clientsOf(at).some(({ files }) => !existsSync(files.rootLinks)))
      return { done: false, because: 'exec tasks have no chroot' };
    if (outdated.length > 0) return { done: false, because: `${outdated.length} files to write` };
    return mustBeJudged(at) ? { done: false, because: 'Consul and Nomad have not accepted them' } : { done: true };
  },
  async run(at, io) {
    const links = await rootLinks(at.platform);
    const { open, secret } = await renderFor(at, links.size > 0);
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
  return agentsOf(at).filter(({ program, mode }) => program === 'nomad' && mode === 'client');
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
    isOpen: securingOf(agents)?.stage === 'open',
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
