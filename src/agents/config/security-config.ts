import type { AgentFacts, NodeSecurity } from './agent-facts.js';
import type { Config } from './merge-configs.js';
import { DEFAULT_PORTS, SECURED_PORTS } from '../../cluster/agent-ports.js';
import type { AgentRole } from '../../cluster/node-roles.js';

/*
 * All that agents of a secured cluster are told besides, wherever they run, but for what is secret (secret-config.ts). Agents
 * know each other by certificates with their role in them; whoever asks an API shows a token, and a certificate only where the
 * cluster wants it so: browsers have none, and Consul none for Nomad's keys.
 */

/** Of Consul's tokens from workload identities: whom they are for, and how long a task's proof holds before Nomad renews it. */
const IDENTITY = { aud: ['consul.io'], ttl: '1h' };

/** Of tokens for people and CI. Nomad's default is a day, after which every pipeline would stand still. */
const LONGEST_TOKEN = '8760h';

/** Ten years: as long as the authority. */
const KEYS_STAY = '87600h';

/** For how long a token that introduces a client may be good. */
const INTRODUCTION = { default_identity_ttl: '5m', max_identity_ttl: '30m' };

/** What an agent is told about keeping others out; nothing where the cluster does not (profile poc). */
export function securityConfig({ program, mode }: AgentRole, { security }: AgentFacts): Config {
  if (!security) return {};
  if (program === 'consul') return consulSecurity(security);
  return { ...nomadSecurity(security), ...(mode === 'client' ? { client: tasksTold(security) } : serverSecurity(security)) };
}

/** What tasks find in their node's metadata. */
function tasksTold({ files, authority, clientCertificate }: NodeSecurity): Config {
  const asked = clientCertificate ? { consul_wants_certificate: 'true' } : {};
  return { meta: { consul_cacert: files.authority, consul_ca: Buffer.from(authority).toString('base64'), ...asked } };
}

/**
 * Of Nomad's servers. Consul that asks for certificates cannot fetch Nomad's keys: it is told them, so they change only when
 * somebody tells it of others. https://developer.hashicorp.com/nomad/docs/configuration/server
 */
function serverSecurity({ clientCertificate, introduction }: NodeSecurity): Config {
  const server = {
    ...(clientCertificate ? { root_key_rotation_threshold: KEYS_STAY } : {}),
    ...(introduction === 'strict' ? { client_introduction: { enforcement: 'strict', ...INTRODUCTION } } : {}),
  };
  return Object.keys(server).length > 0 ? { server } : {};
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
function consulSecurity({ files, clientCertificate, isOpen }: NodeSecurity): Config {
  const anybody = { https: { verify_incoming: false }, grpc: { verify_incoming: false } };
  const own = { ca_file: files.authority, cert_file: files.certificate, key_file: files.key };
  return {
    tls: {
      defaults: { ...own, verify_incoming: true, verify_outgoing: true },
      internal_rpc: { verify_server_hostname: true },
      ...(clientCertificate ? {} : anybody),
    },
    acl: { enabled: true, default_policy: isOpen ? 'allow' : 'deny' },
  };
}

/** https://developer.hashicorp.com/nomad/docs/configuration/tls, .../acl, .../consul */
function nomadSecurity({ files, clientCertificate }: NodeSecurity): Config {
  const shown = clientCertificate ? { cert_file: clientCertificate.certificate, key_file: clientCertificate.key } : {};
  const own = { ca_file: files.authority, cert_file: files.certificate, key_file: files.key };
  return {
    acl: { enabled: true, token_max_expiration_ttl: LONGEST_TOKEN },
    tls: { http: true, rpc: true, ...own, verify_server_hostname: true, verify_https_client: clientCertificate !== undefined },
    consul: {
      ssl: true,
      ca_file: files.authority,
      grpc_ca_file: files.authority,
      ...shown,
      // Nomad copies the files named here into the folders of tasks: never what an agent is known by.
      share_ssl: clientCertificate !== undefined,
      service_identity: IDENTITY,
      task_identity: IDENTITY,
    },
  };
}
