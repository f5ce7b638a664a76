import { createNomadApi } from '../../clients/nomad-api.js';
import { ApiError } from '@nomadctl/base/errors';
import type { ClusterConnection } from '../../cluster/connection.js';
import { askHttp } from '../verify/ask-port.js';

/** The last answer to a check of a service, as the Consul agent of its node has it. */
export interface ConsulAnswer {
  /** Id of the instance. */
  readonly service: string;
  readonly name: string;
  readonly output: string;
}

interface AgentCheck {
  readonly Name: string;
  readonly Output: string;
  readonly ServiceID: string;
}

/**
 * Asked of the node's own agent, which Nomad knows by the node's metadata: servers learn of an answer with a change of status,
 * else after five minutes (check_update_interval), and a check begins as critical. Nothing when the agent does not answer.
 */
export async function lastAnswersAt(
  node: { readonly id: string; readonly name: string },
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<ConsulAnswer[]> {
  const { Meta } = await createNomadApi(connection.nomad).node(node.id, signal);
  const [host, port] = (Meta?.['consul_http_addr'] ?? '').split(':');
  if (!host || !port) return [];
  try {
    const { status, body } = await askHttp({ node: node.name, host, port: Number(port) }, '/v1/agent/checks', { connection, signal });
    if (status !== 200) return [];
    const checks = Object.values(JSON.parse(body) as Record<string, AgentCheck>);
    return checks.map(({ Name, Output, ServiceID }) => ({ service: ServiceID, name: Name, output: Output }));
  } catch (error) {
    signal.throwIfAborted();
    // Whatever a node says instead of an answer, a rollout is judged without it.
    if (error instanceof ApiError || error instanceof Error) return [];
    throw error;
  }
}
