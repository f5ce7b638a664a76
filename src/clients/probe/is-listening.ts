import { connect as connectTo } from 'node:net';
import { ApiError } from '@nomadctl/base/errors';
import type { AgentEndpoint } from '../agent-endpoint.js';

const ANSWER_MS = 1000;
/** A computer in between may be far away. */
const RELAYED_MS = 5000;

/** Whether something takes connections at an address and port, within a second. Sends nothing. */
export function isListening(at: { readonly host: string; readonly port: number }, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTo({ ...at, signal, timeout: ANSWER_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Whether an agent is there, soon: it takes connections, or says anything where those tell nothing. */
export async function isAnswering(endpoint: AgentEndpoint, signal: AbortSignal): Promise<boolean> {
  const { hostname, port } = new URL(endpoint.url);
  if (!endpoint.connect && !endpoint.relayed) return isListening({ host: hostname, port: Number(port) }, signal);
  const { createHttp } = await import('../http.js');
  const agent = createHttp({ ...endpoint, name: 'the agent', indexHeader: '' });
  return agent.send({ path: '/v1/status/leader', timeoutMs: endpoint.relayed ? RELAYED_MS : ANSWER_MS, signal }).then(
    () => true,
    (error: unknown) => {
      signal.throwIfAborted();
      return error instanceof ApiError && !['api-unreachable', 'api-untrusted'].includes(error.code);
    },
  );
}
