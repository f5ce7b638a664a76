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
  readonly NodeResources?: {
    readonly Cpu: { readonly CpuShares: number };
    readonly Memory: { readonly MemoryMB: number };
    readonly Disk: { readonly DiskMB: number };
  };
  readonly ReservedResources?: { readonly Cpu: { readonly CpuShares: number }; readonly Memory: { readonly MemoryMB: number } } | null;
}
