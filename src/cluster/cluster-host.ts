export type HostRole = 'consul-server' | 'nomad-server' | 'client';

/** A host of a cluster that is reached over a network, wherever it runs. */
export interface ClusterHost {
  /** Also its name in Consul and Nomad: `nomad-server-1`, `client-2`, `client-batch-1`. */
  readonly name: string;
  readonly role: HostRole;
  /** Whoever runs it knows it by this. */
  readonly id: string;
  readonly privateIp: string;
  readonly publicIp?: string;
}
