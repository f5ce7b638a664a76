import { createConsulApi } from '../clients/consul/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import type { ClusterConnection } from './connection.js';
import { nodeOfServer } from './cluster-node.js';

/** An agent with the version that it says it is: programs on PATH or in images may be others by now. */
export interface RunningAgent {
  readonly tool: 'consul' | 'nomad';
  readonly part: 'server' | 'client';
  /** Its node. */
  readonly name: string;
  readonly version: string;
}

/** All agents that their servers take for alive. Without those of a program whose servers do not answer. Throws only when aborted. */
export async function runningAgents({ nomad, consul }: ClusterConnection, signal: AbortSignal): Promise<RunningAgent[]> {
  const api = createNomadApi(nomad);
  const unknown = (): [] => {
    signal.throwIfAborted();
    return [];
  };
  const [members, servers, nodes] = await Promise.all([
    createConsulApi(consul).members(signal).catch(unknown),
    api.servers(signal).catch(unknown),
    api.watchNodes({ index: 0, signal }).then(({ value }) => value, unknown),
  ]);
  const agents = [
    ...members
      .filter(({ status }) => status === 'alive')
      .map(({ name, role, version }) => ({ tool: 'consul', part: role, name, version }) as const),
    ...servers
      .filter(({ status }) => status === 'alive')
      .map(({ name, version }) => ({ tool: 'nomad', part: 'server', name: nodeOfServer(name), version }) as const),
    ...nodes
      .filter(({ Status }) => Status === 'ready')
      .map(({ Name, Version }) => ({ tool: 'nomad', part: 'client', name: Name, version: Version }) as const),
  ];
  return agents.flatMap(({ version, ...agent }) => (version ? [{ ...agent, version }] : []));
}
