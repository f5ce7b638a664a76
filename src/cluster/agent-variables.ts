import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';

/*
 * The environment by which programs reach an agent: Nomad's and Consul's own, and terraform's providers. Each set is whole: what
 * is undefined has to be taken away, for it would be of another cluster.
 * https://developer.hashicorp.com/nomad/docs/commands#environment-variables, .../consul/commands#environment-variables
 */

/** Every cluster of ours is Nomad's default region. */
const REGION = 'global';

export function nomadVariables({ url, token, ca, serverName, namespace }: AgentEndpoint): ChildEnvironment {
  return {
    NOMAD_ADDR: url,
    NOMAD_REGION: REGION,
    NOMAD_NAMESPACE: namespace,
    NOMAD_TOKEN: token,
    NOMAD_CACERT: ca?.file,
    NOMAD_TLS_SERVER_NAME: serverName,
    NOMAD_CAPATH: undefined,
    NOMAD_CLIENT_CERT: undefined,
    NOMAD_CLIENT_KEY: undefined,
    NOMAD_HTTP_AUTH: undefined,
    NOMAD_SKIP_VERIFY: undefined,
  };
}

/** The same for Consul. */
export function consulVariables({ url, token, ca, serverName }: AgentEndpoint): ChildEnvironment {
  return {
    CONSUL_HTTP_ADDR: url,
    CONSUL_HTTP_TOKEN: token,
    CONSUL_CACERT: ca?.file,
    CONSUL_TLS_SERVER_NAME: serverName,
    CONSUL_CAPATH: undefined,
    CONSUL_CLIENT_CERT: undefined,
    CONSUL_CLIENT_KEY: undefined,
    CONSUL_GRPC_ADDR: undefined,
    CONSUL_GRPC_CACERT: undefined,
    CONSUL_GRPC_CAPATH: undefined,
    CONSUL_HTTP_AUTH: undefined,
    CONSUL_HTTP_SSL: undefined,
    CONSUL_HTTP_SSL_VERIFY: undefined,
    CONSUL_HTTP_TOKEN_FILE: undefined,
    CONSUL_NAMESPACE: undefined,
    CONSUL_PARTITION: undefined,
  };
}
