import type { AgentFacts } from './agent-facts.js';
import type { Config } from './merge-configs.js';
import { consulPorts } from './security-config.js';
import type { AgentMode } from '../../cluster/node-roles.js';

/** More than fit into an answer of 512 bytes. */
const MOST_ANSWERS = 64;

/** What every Consul agent is told, wherever it runs. https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file */
export function consulConfig(facts: AgentFacts, mode: AgentMode): Config {
  const { name, datacenter, address, bootstrapExpect } = facts;
  const isServer = mode === 'server';
  return {
    node_name: name,
    datacenter,
    server: isServer,
    bootstrap_expect: isServer && bootstrapExpect > 0 ? bootstrapExpect : undefined,
    bind_addr: address,
    advertise_addr: address,
    ports: consulPorts(facts),
    connect: { enabled: true },
    // Without EDNS Consul's default is three answers of however many there are, and not a word about the others. All that fit are told,
    // and where they do not, whoever asked is told to come again over TCP.
    dns_config: { udp_answer_limit: MOST_ANSWERS, enable_truncate: true },
    // Consul derives the id from the machine, which agents on one computer share, and hosts of one image may.
    disable_host_node_id: true,
    disable_update_check: true,
    // Without, /v1/agent/metrics answers Prometheus with 200 and nothing; names of gauges would begin with the host's.
    telemetry: { prometheus_retention_time: '1h', disable_hostname: true },
    // The default is for the smallest cloud machines; 1 is what Consul's guide wants in production.
    performance: { raft_multiplier: 1 },
    // An agent whose servers were all replaced finds the new ones in what it remembers of the members.
    rejoin_after_leave: true,
    // Nobody leaves the cluster because of a stop or a reboot, which end agents by SIGTERM.
    leave_on_terminate: false,
  };
}
