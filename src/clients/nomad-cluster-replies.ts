import type { JobReport, NomadClient, NomadServer, RaftPeer } from './nomad-cluster-model.js';

/** Nomad's answers about the cluster itself under its own names, the parts that are read, and what we make of them. */

export interface RawStats {
  readonly client?: { readonly node_id: string; readonly heartbeat_ttl: string };
}

export interface RawServer {
  readonly Name: string;
  readonly Addr: string;
  readonly Status: string;
  readonly Tags: { readonly port?: string; readonly rpc_addr?: string };
}

export interface RawClient {
  readonly ID: string;
  readonly Name: string;
  readonly Status: string;
  readonly SchedulingEligibility: string;
  readonly Drain: boolean;
  readonly Drivers: Readonly<Record<string, { readonly Healthy: boolean }>> | null;
}

export interface RawJob {
  readonly ID: string;
  readonly Namespace: string;
  readonly ParentID: string;
  readonly Type: string;
  readonly Status: string;
  readonly JobSummary: {
    readonly Summary: Readonly<Record<string, { readonly Running: number; readonly Starting: number; readonly Queued: number }>> | null;
  } | null;
}

export interface RawAllocation {
  readonly ID: string;
  readonly ClientStatus: string;
}

export interface RawPeer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Leader: boolean;
  readonly Voter: boolean;
}

export function reportOf({ ID, Namespace, Type, Status, JobSummary }: RawJob): JobReport {
  const groups = Object.values(JobSummary?.Summary ?? {});
  const running = groups.reduce((sum, group) => sum + group.Running, 0);
  return {
    id: ID,
    namespace: Namespace,
    type: Type,
    status: Status,
    running,
    desired: groups.reduce((sum, group) => sum + group.Starting + group.Queued, running),
  };
}

export function serverOf({ Name, Addr, Status, Tags }: RawServer): NomadServer {
  return { name: Name, address: Addr, rpc: `${Tags.rpc_addr ?? Addr}:${Tags.port ?? ''}`, status: Status };
}

export function clientOf({ ID, Name, Status, SchedulingEligibility, Drain, Drivers }: RawClient): NomadClient {
  const drivers = Object.entries(Drivers ?? {}).filter(([, driver]) => driver.Healthy);
  return {
    id: ID,
    name: Name,
    status: Status,
    eligibility: SchedulingEligibility,
    draining: Drain,
    drivers: drivers.map(([name]) => name).sort(),
  };
}

export function peerOf({ ID, Node, Address, Leader, Voter }: RawPeer): RaftPeer {
  return { id: ID, node: Node, address: Address, leader: Leader, voter: Voter };
}
