import { createNomadApi } from '../../clients/nomad-api.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { answerOf, type ConsulAnswer, type RawAgentCheck } from '../../clients/consul/consul-replies.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { askHttp } from '../verify/ask-port.js';

/**
 * Asked of the node's own agent, which Nomad knows by the node's metadata: servers learn of an answer with a change of status,
 * else after five minutes (check_update_interval), and a check begins as critical. Nothing when the agent does not answer.
 */
export async function lastAnswersAt(
  node: { readonly id: string; readonly name: string },
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<ConsulAnswer[]> {
  const own = connection.consulOn?.(node.name);
  if (own) {
    return createConsulApi(own)
      .agentChecks(signal)
      .catch((error: unknown) => withoutAnswers(error, signal));
  }
  const { Meta } = await createNomadApi(connection.nomad).node(node.id, signal);
  const [host, port] = (Meta?.['consul_http_addr'] ?? '').split(':');
  if (!host || !port) return [];
  try {
    const { status, body } = await askHttp({ node: node.name, host, port: Number(port) }, '/v1/agent/checks', { connection, signal });
    if (status !== 200) return [];
    return Object.values(JSON.parse(body) as Record<string, RawAgentCheck>).map(answerOf);
  } catch (error) {
    return withoutAnswers(error, signal);
  }
}

/** Whatever a node says instead of an answer, a rollout is judged without it. */
function withoutAnswers(error: unknown, signal: AbortSignal): [] {
  signal.throwIfAborted();
  if (error instanceof Error) return [];
  throw error;
}
