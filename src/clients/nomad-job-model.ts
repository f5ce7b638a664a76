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
  readonly Meta?: Readonly<Record<string, string>> | null;
  readonly Constraints?: readonly Constraint[] | null;
  readonly Periodic?: { readonly Enabled?: boolean; readonly Spec?: string; readonly Specs?: readonly string[] | null } | null;
  readonly ParameterizedJob?: { readonly Payload?: string; readonly MetaRequired?: readonly string[] | null } | null;
  readonly TaskGroups: readonly GroupSpec[];
  readonly [field: string]: unknown;
}

export interface GroupSpec {
  readonly Name: string;
  readonly Count: number;
  readonly Constraints?: readonly Constraint[] | null;
  /** One at most. */
  readonly Networks?: readonly NetworkSpec[] | null;
  readonly Volumes?: Readonly<Record<string, VolumeSpec>> | null;
  readonly EphemeralDisk?: { readonly SizeMB?: number | null } | null;
  readonly Tasks: readonly TaskSpec[];
  readonly ShutdownDelay?: number | null;
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
  /** The block of that name: its tasks get a token of Consul's. */
  readonly Consul?: object | null;
  readonly [field: string]: unknown;
}

export interface TaskSpec {
  readonly Name: string;
  readonly Driver: string;
  readonly Constraints?: readonly Constraint[] | null;
  readonly Resources?: {
    readonly CPU?: number;
    readonly Cores?: number | null;
    readonly MemoryMB?: number;
    readonly Devices?: readonly DeviceSpec[] | null;
  };
  readonly Lifecycle?: Lifecycle | null;
  readonly KillTimeout?: number | null;
  readonly ShutdownDelay?: number | null;
  readonly Services?: readonly ServiceSpec[] | null;
  readonly Consul?: object | null;
  readonly Templates?: readonly { readonly EmbeddedTmpl?: string | null }[] | null;
  /** As for services, one for each program that the task logs in to. */
  readonly Identities?: readonly { readonly Name?: string }[] | null;
  readonly [field: string]: unknown;
}

/** https://developer.hashicorp.com/nomad/docs/job-specification/service */
export interface ServiceSpec {
  readonly Name: string;
  readonly Tags?: readonly string[] | null;
  readonly Provider?: string;
  readonly PortLabel?: string;
  readonly Checks?: readonly CheckSpec[] | null;
  readonly Connect?: {
    readonly Native?: boolean;
    readonly SidecarService?: {
      readonly Proxy?: { readonly Upstreams?: readonly { readonly DestinationName: string }[] | null } | null;
    } | null;
  } | null;
  /** By which it logs in to Consul: Nomad's servers add it to what is registered with them once they have been told to. */
  readonly Identity?: object | null;
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

/** When a task runs beside the others, for resources that they need at the same time. */
export interface Lifecycle {
  readonly Hook?: string;
  readonly Sidecar?: boolean;
}

export interface NetworkSpec {
  /** `host`, `bridge`, `none` or `cni/NAME`; absent or empty is `host`. */
  readonly Mode?: string | null;
  readonly ReservedPorts?: readonly PortSpec[] | null;
  readonly DynamicPorts?: readonly PortSpec[] | null;
}

export interface PortSpec {
  readonly Label: string;
  /** 0 for a dynamic one. */
  readonly Value?: number;
  readonly HostNetwork?: string;
  readonly IgnoreCollision?: boolean;
}

export interface VolumeSpec {
  readonly Type?: string;
  readonly Source?: string;
  readonly ReadOnly?: boolean;
  readonly PerAlloc?: boolean;
}

export interface DeviceSpec {
  /** `TYPE`, `VENDOR/TYPE` or `VENDOR/TYPE/NAME`. */
  readonly Name: string;
  readonly Count?: number | null;
  readonly Constraints?: readonly Constraint[] | null;
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
