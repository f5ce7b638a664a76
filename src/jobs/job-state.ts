import type { JobSource } from './catalogue/find-job.js';
import type { Verification } from './catalogue/job-manifest.js';
import type { VariableInput } from './catalogue/resolve-variables.js';
import type { ServicePair } from '../security/acl/service-pairs.js';
import type { JobSpec } from '../clients/nomad-job-model.js';
import type { Node } from '../clients/nomad-node-model.js';
import type { PlacementMetric, PlanReply } from '../clients/nomad-plan-model.js';
import type { Allocation, Deployment } from '../clients/nomad-rollout-model.js';
import type { ToolName } from '../programs/tool-versions.js';
import { stepsFor } from '../engine/step.js';
import type { ClusterConnection } from '../cluster/connection.js';

/** What job plans are about. */
export interface JobSubject {
  readonly connection: ClusterConnection;
  readonly job: JobRequest;
}

export interface JobRequest {
  /** What to deploy; absent for plans about a job that is already there. */
  readonly source?: JobSource | undefined;
  /** Nomad's id of the job, where it is known beforehand. */
  readonly id?: string | undefined;
  readonly variables?: VariableInput | undefined;
  readonly verify?: Verification | undefined;
  /** Jobs that are deployed before it by the same command. */
  readonly before?: readonly string[] | undefined;
  /** Connections of the mesh that it needs. */
  readonly intentions?: readonly (ServicePair & Pick<NeededIntention, 'action'>)[] | undefined;
  readonly options: RolloutOptions;
}

export interface RolloutOptions {
  /** Take the file's counts even where somebody scaled. */
  readonly resetCounts?: boolean;
  /** Register although not everything fits now; Nomad places the rest when there is room. */
  readonly queue?: boolean;
  /** Run a batch job again that has ended and has not changed. */
  readonly rerun?: boolean;
  /** A failed allocation does not end the wait: Nomad may yet replace it. */
  readonly patient?: boolean;
  /** Refuse when the job is not at this modify index. */
  readonly checkIndex?: number | undefined;
  /** Milliseconds until a wait for health gives up. */
  readonly timeoutMs?: number;
}

/** What steps of job plans hand on. */
export interface JobState {
  nodes: readonly Node[];
  rendered: Rendered;
  spec: JobSpec;
  /** What a reader of the job file should know, a line each. */
  notes: readonly string[];
  keptCounts: readonly KeptCount[];
  planned: Planned;
  /** Connections of the mesh that the job needs and does not have. */
  intentions: readonly NeededIntention[];
  /** What it needs of other jobs, and is not there. */
  needs: readonly Need[];
  /** Static ports that not all who want them can have, a sentence each. */
  portProblems: readonly string[];
  registered: Registered;
  placed: Placed;
  health: Health;
  checks: readonly CheckResult[];
  failover: FailoverReport;
  stopped: Stopped;
}

export interface NeededIntention extends ServicePair {
  /** Of one that the job wants to have denied. */
  readonly action?: 'allow' | 'deny' | undefined;
  /** Somebody has said so. */
  readonly isDenied: boolean;
  /** Named by the job file's upstreams alone: whoever runs the cluster is to allow it, not the job. */
  readonly isTold?: boolean;
}

/** A service of another job. */
export interface Need {
  readonly job: string;
  readonly service: string;
  readonly for: string;
}

export interface Rendered {
  readonly text: string;
  readonly format: 'hcl2' | 'json';
  /** Values of the job file's variables from `--var` and the environment; Nomad keeps them with the job. */
  readonly variableFlags: Readonly<Record<string, string>>;
  /** Text of the variable files, one after the other. */
  readonly variableFiles: string;
  /** Drivers that nomadctl chose or was given, for the summary. */
  readonly drivers: readonly string[];
  /** Where the drivers' programs were found, as `redis-server from PATH`. */
  readonly programs: readonly string[];
  /** Programs that nomadctl makes available itself before the job is registered. */
  readonly installs?: readonly ToolName[];
  /** Services of other jobs that the template names. */
  readonly needs?: readonly Need[];
}

/** A count that somebody scaled to, kept instead of the file's. */
export interface KeptCount {
  readonly group: string;
  readonly file: number;
  readonly kept: number;
}

export interface Planned {
  readonly reply: PlanReply;
  /** The version that is there now; absent for a new job. */
  readonly version?: number | undefined;
  /** Groups with failed allocations that Nomad would leave alone: their retries are used up, or their deployment has failed. */
  readonly givenUp: readonly string[];
  /** Nothing would change, nothing has to be placed, nothing was given up, and nothing is to run again. */
  readonly unchanged: boolean;
  /** A batch job without changes of which nothing runs any more: Nomad would leave it at that. */
  readonly ended: boolean;
  /** It has ended, and is to run again all the same. */
  readonly rerun: boolean;
}

export interface Registered {
  readonly jobId: string;
  readonly type: string;
  readonly version: number;
  /** Empty when Nomad made no evaluation: periodic and parameterized jobs, and nothing to change. */
  readonly evaluationId: string;
  readonly unchanged: boolean;
  readonly warnings: string;
  /** What has to happen before anything runs, for periodic and parameterized jobs. */
  readonly waitsFor?: string | undefined;
  /** How a parameterized job is dispatched. */
  readonly dispatch?: Dispatched | undefined;
}

export type Dispatched = Pick<JobSpec, 'Namespace' | 'ParameterizedJob'>;

export interface Placed {
  readonly deploymentId: string;
  /** Groups that have no place, or not enough, and wait for it. */
  readonly unplaced?: Readonly<Record<string, PlacementMetric>>;
}

/** `canary-waiting` waits for a promotion, `health-waiting` for somebody who says that allocations are healthy, `queued` for room. */
export type HealthOutcome = 'healthy' | 'canary-waiting' | 'health-waiting' | 'nothing-to-run' | 'complete' | 'registered' | 'queued';

export interface Health {
  readonly outcome: HealthOutcome;
  readonly allocations: readonly AllocationSummary[];
  readonly deploymentId?: string | undefined;
  /** What waits for room, and why, in lines. */
  readonly queued?: readonly string[];
  /** When Nomad gives up on what waits for somebody, RFC 3339. */
  readonly until?: string;
  readonly seconds: number;
}

export interface AllocationSummary {
  readonly id: string;
  readonly group: string;
  readonly node: string;
  readonly status: string;
}

export interface CheckResult {
  readonly title: string;
  readonly ok: boolean;
  /** What was found: the answer, the address, or what went wrong. */
  readonly found: string;
  readonly ms: number;
}

/** What became of a job that was to end, and of which nothing runs any more. */
export interface Stopped {
  /** Allocations that ran or were about to. */
  readonly ended: number;
  /** How often Nomad had to look again before every group was told to stop. */
  readonly askedAgain: number;
  /** Clients that are away: what may still run there ends when they are back. */
  readonly unreachable: readonly string[];
}

export interface FailoverReport {
  readonly what: 'allocation' | 'node';
  readonly group: string;
  readonly before: AllocationSummary;
  readonly after: AllocationSummary;
  /** From the last answer before the failure to the first of the answers that lasted. 0 when no probe failed. */
  readonly downtimeMs: number;
  readonly probes: number;
  readonly failedProbes: number;
  readonly unchanged?: { readonly title: string; readonly value: string } | undefined;
}

export const { defineStep } = stepsFor<JobSubject, JobState>();

export function summaryOf(allocation: Allocation): AllocationSummary {
  return { id: allocation.ID, group: allocation.TaskGroup, node: allocation.NodeName, status: allocation.ClientStatus };
}

/** The deployment of one version of a job, when Nomad made one. */
export function deploymentOf(deployments: readonly Deployment[], version: number): Deployment | undefined {
  return deployments.filter(({ JobVersion }) => JobVersion === version).sort((a, b) => b.CreateIndex - a.CreateIndex)[0];
}
