/** A client of Nomad, under its own names: the parts that nomadctl reads (https://developer.hashicorp.com/nomad/api-docs/nodes). */
export interface Node {
  readonly ID: string;
  readonly Name: string;
  readonly Address?: string;
  readonly Datacenter: string;
  readonly NodePool?: string;
  readonly NodeClass: string;
  readonly Status: string;
  /** Of Nomad. */
  readonly Version?: string;
  readonly Drain: boolean;
  readonly SchedulingEligibility: string;
  readonly Drivers: Readonly<
    Record<string, { readonly Detected: boolean; readonly Healthy: boolean; readonly HealthDescription: string }>
  > | null;
  readonly Attributes?: Readonly<Record<string, string>> | null;
  readonly Meta?: Readonly<Record<string, string>> | null;
  readonly HostVolumes?: Readonly<Record<string, HostVolume>> | null;
  /** 0: as many as there is room for. */
  readonly NodeMaxAllocs?: number;
  readonly NodeResources?: NodeResources;
  /** What the agent keeps for the rest of its host. */
  readonly ReservedResources?: {
    readonly Cpu: { readonly CpuShares: number };
    readonly Memory: { readonly MemoryMB: number };
    readonly Disk?: { readonly DiskMB: number };
    /** As `22,80,8500-8600`. */
    readonly Networks?: { readonly ReservedHostPorts: string };
  } | null;
}

export interface HostVolume {
  readonly Name: string;
  readonly ReadOnly: boolean;
  /** Of a dynamic one; empty for one of the agent's configuration. */
  readonly ID?: string;
}

export interface NodeResources {
  readonly Cpu: { readonly CpuShares: number; readonly ReservableCpuCores?: readonly number[] | null };
  readonly Memory: { readonly MemoryMB: number };
  readonly Disk: { readonly DiskMB: number };
  readonly Devices?: readonly NodeDevice[] | null;
  /** By mode; an empty one is `host`. */
  readonly Networks?: readonly { readonly Mode: string }[] | null;
  readonly NodeNetworks?: readonly { readonly Addresses: readonly NodeAddress[] | null }[] | null;
  readonly MinDynamicPort?: number;
  readonly MaxDynamicPort?: number;
}

export interface NodeAddress {
  readonly Address: string;
  /** The host network that it belongs to. */
  readonly Alias: string;
  readonly ReservedPorts?: string;
}

export interface NodeDevice {
  readonly Vendor: string;
  readonly Type: string;
  readonly Name: string;
  readonly Instances: readonly { readonly ID: string; readonly Healthy: boolean }[];
}

/**
 * The host network of clients on one computer whose ports are where every group's own network reaches them. Their other ports are on
 * loopback, and that is another one in each network of a group: sidecars would not reach each other.
 */
export const MESH_NETWORK = 'mesh';
