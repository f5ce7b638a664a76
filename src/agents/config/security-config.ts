import type { AgentFacts, NodeSecurity } from './agent-facts.js';
import type { Config } from './merge-configs.js';
import { DEFAULT_PORTS, SECURED_PORTS } from '../../cluster/agent-ports.js';
import type { AgentRole } from '../../cluster/node-roles.js';

/*
 * All that agents of a secured cluster are told besides, wherever they run, but for what is secret (secret-config.ts). Agents
 * know each other by certificates with their role in them; whoever asks an API shows a token, and no certificate: browsers have
 * none, and Consul none for Nomad's keys.
 */

/** Of Consul's tokens from workload identities: whom they are for, and how long a task's proof holds before Nomad renews it. */
const IDENTITY = { aud: ['consul.io'], ttl: '1h' };

/** Of tokens for people and CI. Nomad's default is a day, after which every pipeline would stand still. */
const LONGEST_TOKEN = '8760h';

/** What an agent is told about keeping others out; nothing where the cluster does not (profile poc). */
export function securityConfig({ program, mode }: AgentRole, { security }: AgentFacts): Config {
  if (!security) return {};
  if (program === 'consul') return consulSecurity(security);
  const { files, authority } = security;
  const client = { meta: { consul_cacert: files.authority, consul_ca: Buffer.from(authority).toString('base64') } };
  return { ...nomadSecurity(security), ...(mode === 'client' ? { client } : {}) };
}

/**
 * Ports of Consul's APIs: behind TLS alone, or without. While it is open to both, the plain ones are where they were; nodes that
 * share an address have no others for TLS, and are closed at once.
 */
export function consulPorts({ ports, security }: Pick<AgentFacts, 'ports' | 'security'>): Config {
  if (!security) return { grpc: ports.consulGrpc };
  const { consulHttp: http, consulGrpc: grpc } = DEFAULT_PORTS;
  const isOpen = security.isOpen && ports.consulHttp === SECURED_PORTS.consulHttp;
  return { ...(isOpen ? { http, grpc } : { http: -1, grpc: -1 }), https: ports.consulHttp, grpc_tls: ports.consulGrpc };
}

/** An address of Consul as tasks are told it. */
export function consulUrl(address: string, { security }: Pick<AgentFacts, 'security'>): string {
  return security ? `https://${address}` : address;
}

/** https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file/tls and .../acl */
function consulSecurity({ files, isOpen }: NodeSecurity): Config {
  const own = { ca_file: files.authority, cert_file: files.certificate, key_file: files.key };
  return {
    tls: {
      defaults: { ...own, verify_incoming: true, verify_outgoing: true },
      internal_rpc: { verify_server_hostname: true },
      https: { verify_incoming: false },
      grpc: { verify_incoming: false },
    },
    acl: { enabled: true, default_policy: isOpen ? 'allow' : 'deny' },
  };
}

/** https://developer.hashicorp.com/nomad/docs/configuration/tls, .../acl, .../consul */
function nomadSecurity({ files }: NodeSecurity): Config {
  const own = { ca_file: files.authority, cert_file: files.certificate, key_file: files.key };
  return {
    acl: { enabled: true, token_max_expiration_ttl: LONGEST_TOKEN },
    tls: { http: true, rpc: true, ...own, verify_server_hostname: true, verify_https_client: false },
    consul: {
      ssl: true,
      ca_file: files.authority,
      grpc_ca_file: files.authority,
      // Else Nomad copies the files named here into the folders of tasks, for everybody to read.
      share_ssl: false,
      service_identity: IDENTITY,
      task_identity: IDENTITY,
    },
  };
}
