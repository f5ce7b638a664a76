import type { AgentFacts } from './agent-facts.js';
import type { Difference } from './difference.js';
import { joinConfig, RETRY_INTERVAL } from './join-config.js';
import type { Config } from './merge-configs.js';
import { consulUrl } from './security-config.js';
import type { AgentMode } from '../../cluster/node-roles.js';

/** Where agents listen, how they find each other, and how quickly they notice things. */
export const networkDifferences = {
  listening: {
    local: {
      why: 'Nodes share a computer: each listens on its own address only, and all ports are said, for nodes may share an address.',
      consul: ({ address, ports, security }) => ({
        client_addr: address,
        ports: {
          ...(security ? {} : { http: ports.consulHttp, grpc_tls: -1 }),
          dns: ports.consulDns,
          server: ports.consulRpc,
          serf_lan: ports.consulSerf,
          // One datacenter needs no WAN pool.
          serf_wan: -1,
        },
      }),
      nomad: (facts, mode) => ({
        bind_addr: facts.address,
        ports: { http: facts.ports.nomadHttp, rpc: facts.ports.nomadRpc, serf: facts.ports.nomadSerf },
        // Nomad refuses to advertise a loopback address that it was not told to.
        advertise: {
          http: `${facts.address}:${facts.ports.nomadHttp}`,
          rpc: `${facts.address}:${facts.ports.nomadRpc}`,
          serf: `${facts.address}:${facts.ports.nomadSerf}`,
        },
        ...consulAt(facts.address, facts, mode),
      }),
    },
    host: {
      why: "Tasks and Nomad find the host's Consul on loopback; who may come from outside is the firewall's matter. Ports are the programs' own.",
      consul: () => ({ client_addr: '0.0.0.0' }),
      nomad: (facts, mode) => ({
        bind_addr: '0.0.0.0',
        advertise: { http: facts.address, rpc: facts.address, serf: facts.address },
        ...consulAt('127.0.0.1', facts, mode),
      }),
    },
  },
  joining: {
    local: {
      why: 'Whom to join is in a file of its own, whose change needs no restart; looking in Consul as well would only slow the start.',
      nomad: () => ({ consul: { server_auto_join: false, client_auto_join: false } }),
    },
    host: {
      why: 'The file is written once, at the first boot: who comes later is found through those in it, and by Nomad in Consul.',
      consul: (facts) => joinConfig('consul', facts),
      nomad: (facts) => joinConfig('nomad', facts),
    },
  },
  timing: {
    local: {
      why: 'On loopback a probe is answered at once: a dead agent is noticed in seconds. The defaults are for thousands of nodes over a network.',
      consul: (_, mode) => ({
        gossip_lan: { gossip_interval: '100ms', probe_interval: '500ms', probe_timeout: '400ms', suspicion_mult: 4 },
        retry_interval: RETRY_INTERVAL.local,
        // A server that leaves need not linger for requests on their way.
        performance: { leave_drain_time: '100ms' },
        ...stabilization(mode),
      }),
      nomad: (_, mode) => ({
        // A lost client is noticed in about ten seconds.
        ...(mode === 'server' ? { server: { min_heartbeat_ttl: '5s', heartbeat_grace: '5s' } } : {}),
        ...stabilization(mode),
      }),
    },
    host: {
      why: 'A network may hiccup: the defaults stand, but for the first joining.',
      consul: () => ({ retry_interval: RETRY_INTERVAL.host }),
    },
  },
} satisfies Record<string, Difference>;

/** Where Nomad and tasks of the node find its Consul. */
function consulAt(address: string, facts: AgentFacts, mode: AgentMode): Config {
  const [http, grpc] = [`${address}:${facts.ports.consulHttp}`, `${address}:${facts.ports.consulGrpc}`];
  const meta = { consul_http_addr: consulUrl(http, facts), consul_grpc_addr: consulUrl(grpc, facts) };
  return { consul: { address: http, grpc_address: grpc }, ...(mode === 'client' ? { client: { meta } } : {}) };
}

function stabilization(mode: AgentMode): Config {
  return mode === 'server' ? { autopilot: { server_stabilization_time: '1s' } } : {};
}
