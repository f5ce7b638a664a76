import { readIfThere } from '@nomadctl/base/read-if-there';
import type { SecretDocument } from '@nomadctl/base/secret/secret';
import { readClusterSecrets, withOneGossipKey } from '../../security/cluster-secrets.js';
import { rootLinks } from '../chroot-links.js';
import { renderConfigs } from '../config-files.js';
import { isBootstrapped } from '../formed.js';
import type { LocalContext } from '../local-subject.js';
import { securingOf } from '../../security/securing/securing-mark.js';
import { secretConfigs } from '../secret-config-files.js';

/** What everybody may read, and what nobody may, by path. Of a cluster that keeps nobody out, nothing is secret. */
export interface RenderedFiles {
  readonly open: ReadonlyMap<string, string>;
  readonly secret: ReadonlyMap<string, SecretDocument>;
  /** The root's links, by name, where exec tasks have them in their chroot. */
  readonly links: ReadonlyMap<string, string>;
}

/**
 * Every file of all agents of this computer, as the cluster file, the secrets and the authority say now. Writes nothing.
 * @param alone without gossip keys that are on their way, or were in force before
 */
export async function renderFiles(
  { cluster, state, platform, paths, redact }: LocalContext<'tools' | 'nodes'>,
  { alone } = { alone: false },
): Promise<RenderedFiles> {
  const { agents, ca } = cluster.paths;
  const { nodes, tools } = state;
  const isSecured = cluster.settings.profile === 'secure';
  const links = await rootLinks(platform);
  const open = renderConfigs({
    nodes,
    agents,
    settings: cluster.settings,
    consulBinary: tools.consul.path,
    tools: paths.tools,
    loopback: platform === 'darwin' ? 'lo0' : 'lo',
    ...(isSecured ? { authority: { file: ca, pem: (await readIfThere(ca)) ?? '' } } : {}),
    isOpen: securingOf(agents)?.stage === 'open',
    hasRootLinks: links.size > 0,
  });
  const names = nodes.map(({ name }) => name);
  const kept = isSecured ? await readClusterSecrets({ paths: cluster.paths, redact }, names) : undefined;
  const secrets = kept && alone ? withOneGossipKey(kept) : kept;
  return { open, links, secret: secrets ? secretConfigs({ nodes, agents, secrets, bootstrapped: isBootstrapped(agents) }) : new Map() };
}
