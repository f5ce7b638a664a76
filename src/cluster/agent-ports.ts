/** Ports of a node's agents. The defaults of Consul and Nomad where each node has an address of its own. */
export interface AgentPorts {
  /** Of the APIs, over TLS or not. */
  readonly consulHttp: number;
  readonly consulGrpc: number;
  readonly consulDns: number;
  readonly consulRpc: number;
  readonly consulSerf: number;
  readonly nomadHttp: number;
  readonly nomadRpc: number;
  readonly nomadSerf: number;
}

/** https://developer.hashicorp.com/consul/docs/reference/architecture/ports and .../nomad/docs/deploy/production/requirements */
export const DEFAULT_PORTS: AgentPorts = {
  consulHttp: 8500,
  consulGrpc: 8502,
  consulDns: 8600,
  consulRpc: 8300,
  consulSerf: 8301,
  nomadHttp: 4646,
  nomadRpc: 4647,
  nomadSerf: 4648,
};

/** The same where the APIs speak TLS: Consul has other ports for them, and opens none of the plain ones. */
export const SECURED_PORTS: AgentPorts = { ...DEFAULT_PORTS, consulHttp: 8501, consulGrpc: 8503 };
