import type { AgentEndpoint } from '../../src/clients/agent-endpoint.js';
import { DEFAULT_PORTS } from '../../src/cluster/agent-ports.js';
import type { ClusterNode } from '../../src/cluster/cluster-node.js';
import { reach, type AgentAccess } from '../../src/cluster/reach.js';

/** A node of one address, whose agents both listen at a port of the test's choice. */
export function nodeListening(host: string, port: number): ClusterNode {
  const ports = { ...DEFAULT_PORTS, consulHttp: port, nomadHttp: port };
  return { name: 'test', agents: { consul: 'server', nomad: 'server' }, address: host, ports, open: { consul: host, nomad: host } };
}

/** An agent's endpoint as the door makes it, for `http://127.0.0.1:4646` and its like. */
export function endpointAt(url: string, program: 'consul' | 'nomad' = 'nomad', access: AgentAccess = {}): AgentEndpoint {
  const { hostname, port } = new URL(url);
  const node = nodeListening(hostname, Number(port));
  return reach([node], access).endpoint(node, program);
}
