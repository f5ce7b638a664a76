import type { Json } from '@nomadctl/base/json';
import { consulUrl, type AgentFiles, type NodeRecord } from './node-record.js';
import { isServerOf } from './topology.js';

export interface NomadConfigInput {
  readonly node: NodeRecord;
  readonly files: AgentFiles;
  readonly settings: NomadSettings;
  /** Name of the loopback interface: `lo`, or `lo0` on macOS. */
  readonly loopback: string;
  /** Path of the Consul program, for tasks that run `consul connect proxy`. */
  readonly consulBinary: string;
}

export interface NomadSettings {
  readonly datacenter: string;
  readonly clientCpu: number;
  readonly clientMemory: number;
  readonly drivers: readonly string[];
}

/** A Nomad agent's configuration. https://developer.hashicorp.com/nomad/docs/configuration */
export function nomadConfig(input: NomadConfigInput): Json {
  const { node, files, settings } = input;
  return {
    name: node.name,
    datacenter: settings.datacenter,
    data_dir: files.data,
    bind_addr: node.address,
    ports: { http: node.ports.nomadHttp, rpc: node.ports.nomadRpc, serf: node.ports.nomadSerf },
    // Nomad refuses to advertise a loopback address that it was not told to.
    advertise: {
      http: `${node.address}:${node.ports.nomadHttp}`,
      rpc: `${node.address}:${node.ports.nomadRpc}`,
      serf: `${node.address}:${node.ports.nomadSerf}`,
    },
    consul: {
      address: consulUrl(node).replace('http://', ''),
      grpc_address: `${node.address}:${node.ports.consulGrpc}`,
      // Whom to join is in join.json; looking servers up in Consul as well would only make the start slower.
      server_auto_join: false,
      client_auto_join: false,
    },
    ...(isServerOf(node.role, 'nomad')
      ? { server: serverBlock(node), autopilot: { server_stabilization_time: '1s' } }
      : { client: clientBlock(input), plugin: pluginBlocks(settings.drivers) }),
    disable_update_check: true,
    // SIGTERM stops an agent that comes back; SIGINT takes a server out of the cluster for good.
    leave_on_terminate: false,
    leave_on_interrupt: true,
    log_file: files.log,
    log_rotate_bytes: 10 * 1024 * 1024,
    log_rotate_max_files: 3,
  };
}

function serverBlock(node: NodeRecord): Json {
  return {
    enabled: true,
    ...(node.bootstrapExpect > 0 ? { bootstrap_expect: node.bootstrapExpect } : {}),
    raft_multiplier: 1,
    // A lost client is noticed in about ten seconds; the defaults are for thousands of clients over a network.
    min_heartbeat_ttl: '5s',
    heartbeat_grace: '5s',
  };
}

function clientBlock({ node, settings, loopback, consulBinary }: NomadConfigInput): Json {
  return {
    enabled: true,
    network_interface: loopback,
    min_dynamic_port: node.taskPorts[0],
    max_dynamic_port: node.taskPorts[1],
    ...(settings.clientCpu > 0 ? { cpu_total_compute: settings.clientCpu } : {}),
    ...(settings.clientMemory > 0 ? { memory_total_mb: settings.clientMemory } : {}),
    meta: {
      // Nomad gives tasks the address of the interface, 127.0.0.1 for all nodes alike; jobs that must listen where only
      // this node does use these.
      address: node.address,
      consul_http_addr: consulUrl(node).replace('http://', ''),
      consul_grpc_addr: `${node.address}:${node.ports.consulGrpc}`,
      consul_binary: consulBinary,
    },
    options: {
      // They ask addresses outside this computer.
      'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean',
      ...(settings.drivers.includes('auto') ? {} : { 'driver.allowlist': settings.drivers.join(',') }),
    },
  };
}

function pluginBlocks(drivers: readonly string[]): Json {
  const wanted = (driver: string): boolean => drivers.includes('auto') || drivers.includes(driver);
  return [
    ...(wanted('raw_exec') ? [{ raw_exec: [{ config: [{ enabled: true }] }] }] : []),
    ...(wanted('docker') ? [{ docker: [{ config: [{ volumes: [{ enabled: true }], gc: [{ image: false }] }] }] }] : []),
  ];
}

/** Servers join the other servers; clients register with all of them. */
export function nomadJoin(node: NodeRecord, nodes: readonly NodeRecord[]): Json {
  const server = isServerOf(node.role, 'nomad');
  const servers = nodes.filter((other) => isServerOf(other.role, 'nomad') && other.name !== node.name);
  const addresses = servers.map((other) => `${other.address}:${server ? other.ports.nomadSerf : other.ports.nomadRpc}`);
  const join = { server_join: { retry_join: addresses, retry_interval: '1s' } };
  return server ? { server: join } : { client: join };
}
