/**
 * Jobs as Nomad's API has them, under its own names: the parts that nomadctl reads
 * (https://developer.hashicorp.com/nomad/api-docs/json-jobs). Times are nanoseconds.
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
  readonly Priority?: number | null;
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
    /** `checks`, `task_states` or `manual`. */
    readonly HealthCheck?: string;
  } | null;
  readonly Scaling?: { readonly Min?: number | null; readonly Max?: number | null } | null;
  readonly Services?: readonly ServiceSpec[] | null;
  readonly [field: string]: unknown;
}

export interface TaskSpec {
  readonly Name: string;
  readonly Driver: string;
  readonly Constraints?: readonly Constraint[] | null;
  readonly Resources?: { readonly CPU?: number; readonly MemoryMB?: number };
  readonly Lifecycle?: { readonly Hook?: string; readonly Sidecar?: boolean } | null;
  readonly Services?: readonly ServiceSpec[] | null;
  readonly [field: string]: unknown;
}

/** https://developer.hashicorp.com/nomad/docs/job-specification/service */
export interface ServiceSpec {
  readonly Name: string;
  readonly Provider?: string;
  readonly PortLabel?: string;
  readonly Checks?: readonly CheckSpec[] | null;
}

/** https://developer.hashicorp.com/nomad/docs/job-specification/check */
export interface CheckSpec {
  readonly Name: string;
  readonly Type: string;
  readonly Protocol?: string;
  readonly Method?: string;
  readonly Path?: string;
  readonly PortLabel?: string;
  readonly Command?: string;
  readonly Args?: readonly string[] | null;
  readonly TaskName?: string;
  readonly GRPCService?: string;
  /** What it counts for in a deployment: `require_healthy`, `ignore_warnings` or `ignore`. */
  readonly OnUpdate?: string;
}

export interface Constraint {
  readonly LTarget?: string;
  readonly RTarget?: string;
  readonly Operand?: string;
}

/** A job as the server keeps it. */
export interface Job extends JobSpec {
  readonly ParentID?: string;
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
  readonly Namespace: string;
  readonly ParentID: string;
  readonly Type: string;
  readonly Status: string;
  readonly Stop: boolean;
  readonly Periodic: boolean;
  readonly ParameterizedJob: boolean;
  readonly SubmitTime: number;
  readonly JobSummary?: {
    readonly Summary: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** How many runs of a periodic or parameterized job there are, by status. */
    readonly Children?: { readonly Pending: number; readonly Running: number; readonly Dead: number } | null;
  } | null;
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
