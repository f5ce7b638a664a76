/**
 * The parts of Nomad's API objects that nomadctl reads, under Nomad's own names
 * (https://developer.hashicorp.com/nomad/api-docs). Times are nanoseconds unless they are strings (RFC 3339).
 */

/** A job specification. Passed through whole: fields that we do not know must survive. */
export interface JobSpec {
  readonly ID: string;
  readonly Name?: string;
  readonly Type: string;
  readonly Region?: string | null;
  readonly Namespace?: string | null;
  readonly NodePool?: string | null;
  readonly Datacenters?: readonly string[] | null;
  readonly Priority?: number;
  readonly Constraints?: readonly Constraint[] | null;
  readonly Periodic?: { readonly Enabled?: boolean; readonly Spec?: string; readonly Specs?: readonly string[] | null } | null;
  readonly ParameterizedJob?: object | null;
  readonly TaskGroups: readonly GroupSpec[];
  readonly [field: string]: unknown;
}

export interface GroupSpec {
  readonly Name: string;
  readonly Count: number;
  readonly Constraints?: readonly Constraint[] | null;
  readonly Tasks: readonly TaskSpec[];
  readonly Update?: {
    readonly AutoRevert?: boolean;
    readonly AutoPromote?: boolean;
    readonly MaxParallel?: number;
    readonly Canary?: number;
  } | null;
  readonly [field: string]: unknown;
}

export interface TaskSpec {
  readonly Name: string;
  readonly Driver: string;
  readonly Constraints?: readonly Constraint[] | null;
  readonly Resources?: { readonly CPU?: number; readonly MemoryMB?: number };
  readonly [field: string]: unknown;
}

export interface Constraint {
  readonly LTarget?: string;
  readonly RTarget?: string;
  readonly Operand?: string;
}

/** A job as the server keeps it. */
export interface Job extends JobSpec {
  readonly Status: string;
  readonly StatusDescription?: string;
  readonly Stop: boolean;
  readonly Stable?: boolean;
  readonly Version: number;
  readonly SubmitTime: number;
  readonly JobModifyIndex: number;
  readonly ModifyIndex: number;
}

export interface JobStub {
  readonly ID: string;
  readonly ParentID: string;
  readonly Type: string;
  readonly Status: string;
  readonly Stop: boolean;
  readonly Periodic: boolean;
  readonly ParameterizedJob: boolean;
  readonly SubmitTime: number;
  readonly JobSummary?: { readonly Summary: Readonly<Record<string, Readonly<Record<string, number>>>> } | null;
}

export interface PlanReply {
  readonly JobModifyIndex: number;
  readonly Diff: JobDiff | null;
  readonly Annotations: { readonly DesiredTGUpdates: Readonly<Record<string, DesiredUpdates>> | null } | null;
  readonly FailedTGAllocs: Readonly<Record<string, PlacementMetric>> | null;
  readonly NextPeriodicLaunch: string;
  readonly Warnings: string;
}

export type DiffType = 'None' | 'Added' | 'Deleted' | 'Edited';

export interface ObjectDiff {
  readonly Type: DiffType;
  readonly Name: string;
  readonly Fields: readonly FieldDiff[] | null;
  readonly Objects: readonly ObjectDiff[] | null;
}

export interface FieldDiff {
  readonly Type: DiffType;
  readonly Name: string;
  readonly Old: string;
  readonly New: string;
  readonly Annotations: readonly string[] | null;
}

export interface TaskDiff extends ObjectDiff {
  readonly Annotations: readonly string[] | null;
}

export interface GroupDiff extends ObjectDiff {
  readonly Tasks: readonly TaskDiff[] | null;
  readonly Updates: Readonly<Record<string, number>> | null;
}

export interface JobDiff extends Omit<ObjectDiff, 'Name'> {
  readonly ID: string;
  readonly TaskGroups: readonly GroupDiff[] | null;
}

export interface DesiredUpdates {
  readonly Ignore: number;
  readonly Place: number;
  readonly Migrate: number;
  readonly Stop: number;
  readonly InPlaceUpdate: number;
  readonly DestructiveUpdate: number;
  readonly Canary: number;
  readonly Preemptions: number;
}

/** Why the scheduler could not place a group. */
export interface PlacementMetric {
  readonly NodesEvaluated: number;
  readonly NodesFiltered: number;
  readonly NodesExhausted: number;
  readonly NodesInPool?: number;
  readonly NodePool?: string;
  readonly NodesAvailable: Readonly<Record<string, number>> | null;
  readonly ClassFiltered: Readonly<Record<string, number>> | null;
  readonly ConstraintFiltered: Readonly<Record<string, number>> | null;
  readonly DimensionExhausted: Readonly<Record<string, number>> | null;
  readonly QuotaExhausted: readonly string[] | null;
  /** How many more of the same group failed for the same reason. */
  readonly CoalescedFailures: number;
}

export interface Evaluation {
  readonly ID: string;
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

export interface AllocatedResources {
  readonly Tasks: Readonly<
    Record<string, { readonly Cpu: { readonly CpuShares: number }; readonly Memory: { readonly MemoryMB: number } }>
  >;
  readonly Shared: {
    readonly DiskMB: number;
    readonly Ports?: readonly { readonly Label: string; readonly Value: number; readonly HostIP: string }[] | null;
  };
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

export interface Node {
  readonly ID: string;
  readonly Name: string;
  readonly Address?: string;
  readonly Datacenter: string;
  readonly NodePool?: string;
  readonly NodeClass: string;
  readonly Status: string;
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

export interface ScaleStatus {
  readonly JobID: string;
  readonly TaskGroups: Readonly<Record<string, { readonly Desired: number; readonly Events: readonly ScalingEvent[] | null }>>;
}

export interface ScalingEvent {
  readonly Count: number | null;
  readonly PreviousCount: number;
  readonly Error: boolean;
  readonly Message: string;
  readonly Time: number;
}
