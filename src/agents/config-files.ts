import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { TrustedCa } from '../clients/agent-endpoint.js';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { agentsIn } from './agents-in.js';
import { allocationsFolder } from './bridge/allocations-folder.js';
import { agentConfig } from './config/agent-config.js';
import { serversAmong, type LocalFacts, type NodeSecurity } from './config/agent-facts.js';
import { joinConfig } from './config/join-config.js';
import type { LocalSettings } from './local-options.js';
import { agentFiles, nodeCertificate, tasksCertificate, type NodeRecord } from './node-record.js';

export interface ConfigInput {
  readonly nodes: readonly NodeRecord[];
  /** The folder of all agents. */
  readonly agents: string;
  readonly settings: Pick<
    LocalSettings,
    'datacenter' | 'clientCpu' | 'clientMemory' | 'bridge' | 'drivers' | 'clientCertificates' | 'clientIntroduction'
  >;
  readonly consulBinary: string;
  /** The folder of the programs that nomadctl installs. */
  readonly tools: string;
  /** Name of the loopback interface: `lo`, or `lo0` on macOS. */
  readonly loopback: string;
  /** Of a secured cluster. */
  readonly authority?: TrustedCa | undefined;
  /** Of one that has been plain, as `NodeSecurity` has it. */
  readonly isOpen?: boolean;
  /** Whether the root of this computer has links into /usr, which exec tasks then have, too. */
  readonly hasRootLinks: boolean;
}

/** Path -> content of every configuration file of the cluster. */
export function renderConfigs(input: ConfigInput): Map<string, string> {
  const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return new Map(
    agentsIn(input.nodes, input.agents).flatMap(({ node, files, ...agent }) => {
      const facts = factsOf(node, input);
      return [
        [files.config, text(agentConfig(agent, facts))],
        [files.join, text(joinConfig(agent.program, facts))],
      ] as const;
    }),
  );
}

function factsOf(
  node: NodeRecord,
  { nodes, agents, settings, consulBinary, tools, loopback, authority, isOpen, hasRootLinks }: ConfigInput,
): LocalFacts {
  const { datacenter, clientCpu, clientMemory, bridge, drivers } = settings;
  const files = { consul: agentFiles(agents, node.name, 'consul'), nomad: agentFiles(agents, node.name, 'nomad') };
  const rootLinks = hasRootLinks ? files.nomad.rootLinks : '';
  const networks = bridge ? { bridge: { allocations: join(allocationsFolder(agents), node.name), envoy: join(tools, 'envoy') } } : {};
  const chosen = { datacenter, clientCpu, clientMemory, drivers, ...networks };
  const security = authority && securityOf(node, { agents, settings, authority, isOpen });
  const own = { place: 'local', files, consulBinary, loopback, rootLinks, ...(security ? { security } : {}) } as const;
  return { ...node, ...chosen, ...own, servers: serversAmong(nodes) };
}

function securityOf(
  { name }: NodeRecord,
  {
    agents,
    settings,
    authority,
    isOpen,
  }: Pick<ConfigInput, 'agents' | 'settings'> & {
    readonly authority: TrustedCa;
    readonly isOpen: boolean | undefined;
  },
): NodeSecurity {
  const { clientCertificates, clientIntroduction } = settings;
  return {
    files: { authority: authority.file, ...nodeCertificate(agents, name) },
    authority: authority.pem,
    ...(isOpen ? { isOpen } : {}),
    ...(clientCertificates ? { clientCertificate: tasksCertificate(agents, name) } : {}),
    ...(clientIntroduction === 'strict' ? { introduction: 'strict' } : {}),
  };
}

/** The files that are missing or say something else. One in another order says the same: writing it anew would restart its agent. */
export async function outdatedConfigs(rendered: ReadonlyMap<string, string>): Promise<string[]> {
  const checked = await mapBounded(rendered, FILES_AT_ONCE, async ([path, content]) =>
    saysTheSame(await readFile(path, 'utf8').catch(() => ''), content) ? undefined : path,
  );
  return checked.filter((path) => path !== undefined);
}

function saysTheSame(written: string, content: string): boolean {
  try {
    return written === content || isDeepStrictEqual(JSON.parse(written), JSON.parse(content));
  } catch {
    // It is not there, or somebody cut it short.
    return false;
  }
}

export async function writeConfigs(rendered: ReadonlyMap<string, string>, paths: readonly string[]): Promise<void> {
  await mapBounded(paths, FILES_AT_ONCE, (path) => writeFileAtomic(path, rendered.get(path) ?? ''));
}
