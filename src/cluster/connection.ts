import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import type { AgentProgram } from './node-roles.js';

/** Nomad's name of the namespace that everybody has. */
export const DEFAULT_NAMESPACE = 'default';

/** A job in a sentence: with its namespace where that is not everybody's. */
export function jobName({ ID, Namespace }: { readonly ID: string; readonly Namespace: string }): string {
  return Namespace === DEFAULT_NAMESPACE ? ID : `${ID} (namespace ${Namespace})`;
}

/** How to reach a running cluster: all that job plans and `env` need to know about where it lives. */
export interface ClusterConnection {
  readonly cluster: string;
  readonly nomad: AgentEndpoint;
  readonly consul: AgentEndpoint;
  /** All servers of each program, the best one first: `nomad` and `consul` are these. Never empty. */
  readonly servers: Readonly<Record<AgentProgram, readonly AgentEndpoint[]>>;
  /** The Nomad program whose agents the cluster runs, where they run on this computer. */
  readonly nomadProgram?: string;
  /** The Consul agent of a node, by the node's name in Nomad, where it can be asked from here. */
  consulOn?(node: string): AgentEndpoint | undefined;
  /** Where Consul's agents answer DNS, those that run first; only of agents that run on this computer. */
  readonly names?: readonly DnsAddress[];
  readonly nodes: NodeControl;
  /** Where terraform's providers come from: the setting of that name, on targets that have it. */
  readonly pluginMirror?: string;
  /** Where terraform's state of its jobs is kept: the settings below `state`. Absent: in this home. */
  readonly statePlace?: Readonly<Record<'backend' | 'address' | 'ca' | 'bucket' | 'region', string>>;
}

/** Of somebody who answers DNS. */
export interface DnsAddress {
  readonly address: string;
  readonly port: number;
}

export interface ProgramResult {
  /** 255 also when the node could not be reached. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Stops a node and starts it again, and runs programs on it, for checks. Names are Nomad's node names. */
export interface NodeControl {
  /** PATH of the nodes' agents, where the nodes are this computer. Absent: they are hosts of their own. */
  readonly path?: string;
  /**
   * Has tasks that start from now on use programs that are named by their path; all others are on `path`. With it.
   * @throws PrerequisiteError `named-program-missing`
   */
  useNamed?(): Promise<void>;
  /**
   * Runs a program on the node to its end; whatever it exits with is an answer. Absent: the nodes are this computer.
   * @throws OutcomeError `host-key-unknown`, ToolError `tool-timeout`
   */
  run?(node: string, argv: readonly string[], at: { readonly signal: AbortSignal; readonly timeoutMs: number }): Promise<ProgramResult>;
  /** Stops everything on the node at once, as a power cut would. */
  stop(node: string, signal: AbortSignal): Promise<void>;
  /** Brings the node back with its data. */
  start(node: string, signal: AbortSignal): Promise<void>;
}

/*
 * The environment by which programs reach an agent: Nomad's and Consul's own, and terraform's providers. Each set is whole: what
 * is undefined has to be taken away, for it would be of another cluster.
 * https://developer.hashicorp.com/nomad/docs/commands#environment-variables, .../consul/commands#environment-variables
 */

/** Every cluster of ours is Nomad's default region. */
const REGION = 'global';

export function nomadVariables({ url, token, ca, identity, serverName, namespace }: AgentEndpoint): ChildEnvironment {
  return {
    NOMAD_ADDR: url,
    NOMAD_REGION: REGION,
    NOMAD_NAMESPACE: namespace,
    NOMAD_TOKEN: token,
    NOMAD_CACERT: ca?.file,
    NOMAD_TLS_SERVER_NAME: serverName,
    NOMAD_CAPATH: undefined,
    NOMAD_CLIENT_CERT: identity?.files.certificate,
    NOMAD_CLIENT_KEY: identity?.files.key,
    NOMAD_HTTP_AUTH: undefined,
    NOMAD_SKIP_VERIFY: undefined,
  };
}

/** The same for Consul. */
export function consulVariables({ url, token, ca, identity, serverName }: AgentEndpoint): ChildEnvironment {
  return {
    CONSUL_HTTP_ADDR: url,
    CONSUL_HTTP_TOKEN: token,
    CONSUL_CACERT: ca?.file,
    CONSUL_TLS_SERVER_NAME: serverName,
    CONSUL_CAPATH: undefined,
    CONSUL_CLIENT_CERT: identity?.files.certificate,
    CONSUL_CLIENT_KEY: identity?.files.key,
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
