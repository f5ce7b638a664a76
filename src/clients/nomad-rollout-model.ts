import type { JobSpec, Lifecycle } from './nomad-job-model.js';
import type { PlacementMetric } from './nomad-plan-model.js';

/**
 * What becomes of a registration: an evaluation decides, a deployment follows, allocations run. Nomad's own names, the parts
 * that nomadctl reads (https://developer.hashicorp.com/nomad/api-docs). Times are nanoseconds unless they are strings (RFC 3339).
 */

export interface Evaluation {
  readonly ID: string;
  readonly JobID: string;
  readonly Status: 'blocked' | 'pending' | 'complete' | 'failed' | 'canceled';
  readonly StatusDescription: string;
  readonly TriggeredBy: string;
  readonly JobModifyIndex: number;
  readonly DeploymentID?: string;
  readonly FailedTGAllocs: Readonly<Record<string, PlacementMetric>> | null;
  readonly CreateIndex: number;
  readonly WaitUntil?: string;
}

export interface Deployment {
  readonly ID: string;
  readonly JobID: string;
  readonly JobVersion: number;
  readonly Status: string;
  readonly StatusDescription: string;
  readonly TaskGroups: Readonly<Record<string, DeploymentGroup>>;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface DeploymentGroup {
  readonly AutoRevert: boolean;
  readonly AutoPromote?: boolean;
  readonly Promoted: boolean;
  readonly RequireProgressBy: string;
  readonly PlacedCanaries: readonly string[] | null;
  readonly DesiredCanaries: number;
  readonly DesiredTotal: number;
  readonly PlacedAllocs: number;
  readonly HealthyAllocs: number;
  readonly UnhealthyAllocs: number;
}

export interface Allocation {
  readonly ID: string;
  readonly Name: string;
  readonly NodeID: string;
  readonly NodeName: string;
  readonly Namespace: string;
  readonly JobID: string;
  readonly JobVersion: number;
  readonly TaskGroup: string;
  readonly DesiredStatus: 'run' | 'stop' | 'evict';
  readonly ClientStatus: 'pending' | 'running' | 'complete' | 'failed' | 'lost' | 'unknown';
  readonly ClientDescription: string;
  readonly TaskStates: Readonly<Record<string, TaskState>> | null;
  readonly DeploymentStatus: { readonly Healthy: boolean | null; readonly Canary: boolean } | null;
  readonly FollowupEvalID: string;
  readonly NextAllocation: string;
  readonly AllocatedResources?: AllocatedResources;
  readonly CreateIndex: number;
  readonly CreateTime: number;
  readonly ModifyTime: number;
}

/** As Nomad answers for a single one. */
export interface AllocationInFull extends Allocation {
  /** The version of the job that it was made of. */
  readonly Job: JobSpec;
  readonly AllocatedResources: AllocatedResources;
}

export interface AllocatedResources {
  readonly Tasks: Readonly<Record<string, AllocatedTask>>;
  readonly TaskLifecycles?: Readonly<Record<string, Lifecycle | null>> | null;
  readonly Shared: {
    readonly DiskMB: number;
    readonly Ports?: readonly { readonly Label: string; readonly Value: number; readonly HostIP: string }[] | null;
  };
}

export interface AllocatedTask {
  readonly Cpu: { readonly CpuShares: number; readonly ReservedCores?: readonly number[] | null };
  /** `MemoryMaxMB` is 0 unless the cluster lets tasks have more than they reserve. */
  readonly Memory: { readonly MemoryMB: number; readonly MemoryMaxMB?: number };
  readonly Devices?:
    | readonly {
        readonly Vendor: string;
        readonly Type: string;
        readonly Name: string;
        readonly DeviceIDs: readonly string[];
      }[]
    | null;
}

export interface TaskState {
  readonly State: 'pending' | 'running' | 'dead';
  readonly Failed: boolean;
  readonly Restarts: number;
  readonly StartedAt: string | null;
  readonly FinishedAt: string | null;
  readonly Events: readonly TaskEvent[] | null;
}

export interface TaskEvent {
  readonly Type: string;
  readonly Time: number;
  readonly DisplayMessage: string;
  readonly Details: Readonly<Record<string, string>> | null;
}
