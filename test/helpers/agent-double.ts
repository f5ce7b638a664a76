import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { DEFAULT_PORTS } from '../../src/cluster/agent-ports.js';
import type { ClusterNode } from '../../src/cluster/cluster-node.js';
import type { AgentMode } from '../../src/cluster/node-roles.js';

/**
 * What an agent answers, by path, or by method and path (`PUT /v1/agent/leave`) to what changes something; a number is an
 * error's status, and an Error one of the status 403 with its words. A test may change it while it answers.
 */
export type Answers = Record<string, unknown>;

export interface NodeDouble {
  readonly node: ClusterNode;
  readonly consul: Answers;
  readonly nomad: Answers;
  /** Questions that were asked, as `/v1/nodes?index=7`. */
  readonly asked: string[];
  /** Requests that change something, as `DELETE /v1/job/redis?purge=true`, and what each of them carried. */
  readonly changes: string[];
  readonly bodies: unknown[];
}

interface Double {
  readonly name: string;
  readonly consul?: AgentMode;
  readonly nomad?: AgentMode;
  /** Programs that can not be asked from here. */
  readonly hidden?: readonly ('consul' | 'nomad')[];
}

/**
 * A node whose agents are real HTTP servers with canned answers, for what real agents would need minutes of dying to show.
 * A question that has no answer is refused with 404; a change is taken.
 */
export async function nodeDouble({ name, consul, nomad, hidden = [] }: Double): Promise<NodeDouble> {
  const answers = { consul: {} as Answers, nomad: {} as Answers };
  const seen = { asked: [] as string[], changes: [] as string[], bodies: [] as unknown[] };
  const [consulHttp, nomadHttp] = [await listen(answers.consul, seen), await listen(answers.nomad, seen)];
  const agents = { ...(consul ? { consul } : {}), ...(nomad ? { nomad } : {}) };
  const open = Object.fromEntries(
    Object.keys(agents).flatMap((one) => (hidden.some((other) => other === one) ? [] : [[one, '127.0.0.1']])),
  );
  const ports = { ...DEFAULT_PORTS, consulHttp, nomadHttp };
  return { node: { name, agents, address: '127.0.0.1', ports, open }, ...answers, ...seen };
}

async function listen(answers: Answers, seen: Pick<NodeDouble, 'asked' | 'changes' | 'bodies'>): Promise<number> {
  const server: Server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const path = url.replace(/\?.*$/, '');
    if (method === 'GET') seen.asked.push(url);
    else {
      seen.changes.push(`${method} ${url}`);
      seen.bodies.push(JSON.parse((await text(request)) || 'null'));
    }
    const answer = method === 'GET' ? (answers[path] ?? 404) : (answers[`${method} ${path}`] ?? {});
    if (answer instanceof Error) return void response.writeHead(403).end(answer.message);
    if (typeof answer === 'number') return void response.writeHead(answer).end('No cluster leader');
    response.setHeader('X-Nomad-Index', '7').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => void server.closeAllConnections());
  return (server.address() as AddressInfo).port;
}
