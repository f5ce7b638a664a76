import type { Secret } from '@nomadctl/base/secret/secret';

/** How to reach a running cluster: all that job plans and `env` need to know about where it lives. */
export interface ClusterConnection {
  readonly cluster: string;
  readonly nomad: ServiceAddress & {
    /** Whose jobs are meant, as for Nomad's own program: `--namespace`, else `NOMAD_NAMESPACE`. */
    readonly namespace?: string;
    /** The program whose agents the cluster runs, where they run on this computer. */
    readonly program?: string;
  };
  readonly consul: ServiceAddress;
  readonly nodes: NodeControl;
  /** Where terraform's providers come from: the setting of that name, on targets that have it. */
  readonly pluginMirror?: string;
}

export interface ServiceAddress {
  /** Base URL without a trailing slash, such as `http://127.0.64.1:4646`. */
  readonly url: string;
  /** ACL token, where the cluster has ACLs. */
  readonly token?: Secret;
}

export interface ProgramResult {
  /** 255 also when the node could not be reached. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Taking a node away and giving it back, and looking at it from inside, for checks. Names are Nomad's node names. */
export interface NodeControl {
  /** PATH of the nodes' agents, where the nodes are this computer. Absent: they are hosts of their own. */
  readonly path?: string;
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
