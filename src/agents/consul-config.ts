import type { Json } from '@nomadctl/base/json';
import type { AgentFiles, NodeRecord } from './node-record.js';
import { isServerOf } from './topology.js';

export interface ConsulConfigInput {
  readonly node: NodeRecord;
  readonly files: AgentFiles;
  readonly datacenter: string;
}

/** A Consul agent's configuration. https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file */
export function consulConfig({ node, files, datacenter }: ConsulConfigInput): Json {
  const server = isServerOf(node.role, 'consul');
  return {
    node_name: node.name,
    datacenter,
    data_dir: files.data,
    server,
    ...(server && node.bootstrapExpect > 0 ? { bootstrap_expect: node.bootstrapExpect } : {}),
    bind_addr: node.address,
    advertise_addr: node.address,
    client_addr: node.address,
    ports: {
      http: node.ports.consulHttp,
      grpc: node.ports.consulGrpc,
      grpc_tls: -1,
      dns: node.ports.consulDns,
      server: node.ports.consulRpc,
      serf_lan: node.ports.consulSerf,
      // One datacenter needs no WAN pool.
      serf_wan: -1,
    },
    ui_config: { enabled: true },
    connect: { enabled: true },
    // Agents on one computer would all derive the same id from it.
    disable_host_node_id: true,
    disable_update_check: true,
    // Consul's default timing is for the smallest cloud machines; 1 is what its guide wants in production. A server that
    // leaves need not linger for requests on their way: on loopback there are none.
    performance: { raft_multiplier: 1, leave_drain_time: '100ms' },
    ...(server ? { autopilot: { server_stabilization_time: '1s' } } : {}),
    gossip_lan: FAST_GOSSIP,
    retry_interval: '1s',
    rejoin_after_leave: true,
    leave_on_terminate: false,
    log_file: files.log,
    log_rotate_bytes: 10 * 1024 * 1024,
    log_rotate_max_files: 3,
  };
}

/** On loopback a probe is answered at once, so a dead agent can be noticed in a few seconds instead of ten or more. */
const FAST_GOSSIP: Json = { gossip_interval: '100ms', probe_interval: '500ms', probe_timeout: '400ms', suspicion_mult: 4 };

/** Every agent joins through the Consul servers other than itself. */
export function consulJoin(node: NodeRecord, nodes: readonly NodeRecord[]): Json {
  const servers = nodes.filter((other) => isServerOf(other.role, 'consul') && other.name !== node.name);
  return { retry_join: servers.map((other) => `${other.address}:${other.ports.consulSerf}`) };
}
