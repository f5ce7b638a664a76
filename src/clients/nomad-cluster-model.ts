/** What is known about the cluster itself, in our words. */

export interface NomadServer {
  /** `name.region`, as Nomad's gossip knows it. */
  readonly name: string;
  readonly address: string;
  readonly rpc: string;
  readonly status: string;
}

export interface NomadClient {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly eligibility: string;
  readonly draining: boolean;
  readonly drivers: readonly string[];
}

export interface RaftPeer {
  readonly id: string;
  /** `name.region`; `(unknown)` when gossip knows nobody at its address. */
  readonly node: string;
  /** `address:port`. */
  readonly address: string;
  readonly leader: boolean;
  readonly voter: boolean;
}

export interface JobReport {
  readonly id: string;
  readonly namespace: string;
  readonly type: string;
  readonly status: string;
  readonly running: number;
  /** Running, starting and waiting for a place. */
  readonly desired: number;
}
