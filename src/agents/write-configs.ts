import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { agentsIn } from './agents-in.js';
import { consulConfig, consulJoin } from './consul-config.js';
import type { NodeRecord } from './node-record.js';
import { nomadConfig, nomadJoin, type NomadSettings } from './nomad-config.js';
import type { AgentProgram } from './topology.js';

export interface ConfigInput {
  readonly nodes: readonly NodeRecord[];
  /** The folder of all agents. */
  readonly agents: string;
  readonly settings: NomadSettings;
  readonly consulBinary: string;
  readonly loopback: string;
}

/** Path -> content of every configuration file of the cluster. */
export function renderConfigs({ nodes, agents, settings, consulBinary, loopback }: ConfigInput): Map<string, string> {
  const rendered = new Map<string, string>();
  const add = (path: string, value: unknown): unknown => rendered.set(path, `${JSON.stringify(value, null, 2)}\n`);
  for (const { program, node, files } of agentsIn(nodes, agents)) {
    const render: Record<AgentProgram, () => [unknown, unknown]> = {
      consul: () => [consulConfig({ node, files, datacenter: settings.datacenter }), consulJoin(node, nodes)],
      nomad: () => [nomadConfig({ node, files, settings, consulBinary, loopback }), nomadJoin(node, nodes)],
    };
    const [config, join] = render[program]();
    add(files.config, config);
    add(files.join, join);
  }
  return rendered;
}

/** The files that are missing or differ. */
export async function outdatedConfigs(rendered: ReadonlyMap<string, string>): Promise<string[]> {
  const checked = await Promise.all(
    [...rendered].map(async ([path, content]) => ((await readFile(path, 'utf8').catch(() => undefined)) === content ? undefined : path)),
  );
  return checked.filter((path) => path !== undefined);
}

export async function writeConfigs(rendered: ReadonlyMap<string, string>, paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => writeFileAtomic(path, rendered.get(path) ?? '')));
}
