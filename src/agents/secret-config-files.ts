import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { SecretDocument } from '@nomadctl/base/secret/secret';
import { isSecretFile, writeSecretFile } from '@nomadctl/base/secret/secret-file';
import type { ClusterSecrets } from '../security/cluster-secrets.js';
import { agentsIn } from './agents-in.js';
import { bootstrapConfig, gossipKeys, secretConfig } from './config/secret-config.js';
import type { NodeRecord } from './node-record.js';

export interface SecretConfigInput {
  readonly nodes: readonly NodeRecord[];
  /** The folder of all agents. */
  readonly agents: string;
  readonly secrets: ClusterSecrets;
  /** Whether Consul knows the management token: none needs to be told any more. */
  readonly bootstrapped: boolean;
}

/** Path -> content of every file of a secured cluster's agents that is secret. */
export function secretConfigs({ nodes, agents, secrets, bootstrapped }: SecretConfigInput): Map<string, SecretDocument> {
  return new Map(
    agentsIn(nodes, agents).flatMap(({ node, files, ...role }) => {
      const own = secrets.nodes.get(node.name);
      if (!own) throw new Error(`no tokens were chosen for ${node.name}`);
      const entries: [string, SecretDocument | undefined][] = [
        [files.secrets, secretConfig(role, secrets, own)],
        [files.gossipKeys, gossipKeys(role, secrets)],
        [files.bootstrap, bootstrapConfig(role, secrets, bootstrapped)],
      ];
      return entries.flatMap(([path, content]) => (content === undefined ? [] : [[path, content] as const]));
    }),
  );
}

/** The files that are missing, say something else, or can be read by others. */
export async function outdatedSecretConfigs(wanted: ReadonlyMap<string, SecretDocument>): Promise<string[]> {
  const checked = await mapBounded(wanted, FILES_AT_ONCE, async ([path, content]) =>
    (await isSecretFile(path, content)) ? undefined : path,
  );
  return checked.filter((path) => path !== undefined);
}

export async function writeSecretConfigs(wanted: ReadonlyMap<string, SecretDocument>, paths: readonly string[]): Promise<void> {
  await mapBounded(paths, FILES_AT_ONCE, (path) => writeSecretFile(path, wanted.get(path) ?? {}));
}
