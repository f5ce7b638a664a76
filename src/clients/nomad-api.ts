import { ApiError } from '@nomadctl/base/errors';
import type { Http, HttpCall } from './http.js';
import { createNomadHttp, type NomadAddress } from './nomad-http.js';
import type { Job, JobSpec, JobStub, ScaleStatus } from './nomad-job-model.js';
import type { Node } from './nomad-node-model.js';
import type { PlanReply } from './nomad-plan-model.js';
import type { Allocation, Deployment, Evaluation } from './nomad-rollout-model.js';

/** What makes Nomad keep a job as it was handed in, for its web UI's "definition". */
export interface Submission {
  readonly Source: string;
  readonly Format: 'hcl2' | 'json';
  readonly VariableFlags?: Readonly<Record<string, string>>;
  readonly Variables?: string;
}

export interface RegisterReply {
  readonly EvalID: string;
  readonly JobModifyIndex: number;
  readonly Warnings: string;
}

/** A blocking query: answers at once with `index` 0, else when something is newer than `index`. */
export interface Blocking {
  readonly index: number;
  readonly signal: AbortSignal;
}

/** The calls that nomadctl makes to Nomad, and no others. */
export interface NomadApi {
  readonly http: Http;
  plan(job: JobSpec, signal: AbortSignal): Promise<PlanReply>;
  /** With `modifyIndex`, only when the job is still as it was then (0: does not exist). @throws ApiError `job-changed` */
  register(request: { job: JobSpec; modifyIndex?: number; submission?: Submission; signal: AbortSignal }): Promise<RegisterReply>;
  /** Checks without registering; Nomad's own words about what is wrong. */
  validate(job: JobSpec, signal: AbortSignal): Promise<{ errors: readonly string[]; warnings: string }>;
  job(id: string, signal: AbortSignal): Promise<Job | undefined>;
  /** In all namespaces that the token may see; with `id`, those of that very id. */
  jobs(request: { id?: string; signal: AbortSignal }): Promise<JobStub[]>;
  versions(id: string, signal: AbortSignal): Promise<Job[]>;
  /** Marks failed allocations for rescheduling, also those whose retries are used up. */
  forceReschedule(id: string, signal: AbortSignal): Promise<void>;
  scaleStatus(id: string, signal: AbortSignal): Promise<ScaleStatus | undefined>;
  /** With `modifyIndex`, only when the job is still as it was then. @throws ApiError `job-changed` */
  scale(request: {
    id: string;
    group: string;
    count: number;
    modifyIndex?: number | undefined;
    signal: AbortSignal;
  }): Promise<RegisterReply>;
  stop(request: { id: string; purge: boolean; signal: AbortSignal }): Promise<RegisterReply>;
  revert(request: { id: string; version: number; enforcePriorVersion: number; signal: AbortSignal }): Promise<RegisterReply>;
  evaluation(id: string, at: Blocking): Promise<Indexed<Evaluation>>;
  evaluations(jobId: string, at: Blocking): Promise<Indexed<Evaluation[]>>;
  /** With `all`, also those of a purged job, and of an earlier one of the same name. */
  allocations(jobId: string, at: Blocking & { readonly all?: boolean }): Promise<Indexed<Allocation[]>>;
  /** With their ports and resources, which `allocations` does not tell. */
  allocationsInFull(jobId: string, signal: AbortSignal): Promise<Allocation[]>;
  /** Nomad replaces it, on the same node or another. */
  stopAllocation(request: { id: string; signal: AbortSignal }): Promise<void>;
  deployment(id: string, at: Blocking): Promise<Indexed<Deployment>>;
  deployments(jobId: string, signal: AbortSignal): Promise<Deployment[]>;
  promote(deploymentId: string, signal: AbortSignal): Promise<{ EvalID: string }>;
  /** Ends a deployment as failed: groups with auto_revert go back to their last stable version at once. */
  failDeployment(deploymentId: string, signal: AbortSignal): Promise<void>;
  nodes(signal: AbortSignal): Promise<Node[]>;
  node(id: string, signal: AbortSignal): Promise<Node>;
  watchNode(id: string, at: Blocking): Promise<Indexed<Node>>;
  setEligibility(request: { id: string; eligible: boolean; signal: AbortSignal }): Promise<void>;
  nodeAllocations(id: string, signal: AbortSignal): Promise<Allocation[]>;
}

export interface Indexed<T> {
  readonly value: T;
  readonly index: number;
}

/** Nomad caps a blocking query at 10 min; a shorter one notices a server that vanished without closing. */
const WAIT_S = 60;
const WAIT_TIMEOUT_MS = 75_000;

export function createNomadApi(address: NomadAddress): NomadApi {
  const http = createNomadHttp(address);
  const call = async <T>(request: HttpCall): Promise<T> => (await http.send<T>(request)).value;
  const blocking = <T>(path: string, { index, signal }: Blocking, query = {}): Promise<Indexed<T>> =>
    http.send<T>({ path, query: { ...query, ...(index > 0 ? { index, wait: `${WAIT_S}s` } : {}) }, timeoutMs: WAIT_TIMEOUT_MS, signal });
  const at = (id: string): string => `/v1/job/${encodeURIComponent(id)}`;
  return {
    http,
    plan: (job, signal) =>
      call({ method: 'POST', path: `${at(job.ID)}/plan`, query: scopeOf(job), body: { Job: job, Diff: true }, signal }),
    register: ({ job, modifyIndex, submission, signal }) =>
      call<RegisterReply>({
        method: 'POST',
        path: '/v1/jobs',
        query: scopeOf(job),
        body: {
          Job: job,
          ...(modifyIndex === undefined ? {} : { EnforceIndex: true, JobModifyIndex: modifyIndex }),
          ...(submission ? { Submission: submission } : {}),
        },
        signal,
      }).catch((error: unknown) => {
        throw changedMeanwhile(error, job.ID) ?? error;
      }),
    async validate(job, signal) {
      const reply = await call<{ ValidationErrors: string[] | null; Error: string; Warnings: string }>({
        method: 'POST',
        path: '/v1/validate/job',
        query: scopeOf(job),
        body: { Job: job },
        signal,
      });
      return { errors: reply.ValidationErrors ?? (reply.Error ? [reply.Error] : []), warnings: reply.Warnings };
    },
    job: (id, signal) => absentAs404(call<Job>({ path: at(id), signal })),
    jobs: ({ id, signal }) =>
      call({ path: '/v1/jobs', query: { namespace: '*', filter: id === undefined ? undefined : `ID == ${JSON.stringify(id)}` }, signal }),
    versions: async (id, signal) => (await call<{ Versions: Job[] | null }>({ path: `${at(id)}/versions`, signal })).Versions ?? [],
    forceReschedule: (id, signal) =>
      call({ method: 'POST', path: `${at(id)}/evaluate`, body: { JobID: id, EvalOptions: { ForceReschedule: true } }, signal }),
    scaleStatus: (id, signal) => absentAs404(call<ScaleStatus>({ path: `${at(id)}/scale`, signal })),
    scale: ({ id, group, count, modifyIndex, signal }) =>
      call<RegisterReply>({
        method: 'POST',
        path: `${at(id)}/scale`,
        body: { Count: count, Target: { Group: group }, Message: 'nomadctl job scale', JobModifyIndex: modifyIndex },
        signal,
      }).catch((error: unknown) => {
        throw changedMeanwhile(error, id) ?? error;
      }),
    stop: ({ id, purge, signal }) => call({ method: 'DELETE', path: at(id), query: { purge }, signal }),
    revert: ({ id, version, enforcePriorVersion, signal }) =>
      call({
        method: 'POST',
        path: `${at(id)}/revert`,
        body: { JobID: id, JobVersion: version, EnforcePriorVersion: enforcePriorVersion },
        signal,
      }),
    evaluation: (id, from) => blocking(`/v1/evaluation/${id}`, from),
    evaluations: (jobId, from) => blocking(`${at(jobId)}/evaluations`, from),
    allocations: (jobId, from) => blocking(`${at(jobId)}/allocations`, from, from.all ? { all: true } : {}),
    allocationsInFull: (jobId, signal) =>
      call({ path: '/v1/allocations', query: { resources: true, filter: `JobID == ${JSON.stringify(jobId)}` }, signal }),
    stopAllocation: ({ id, signal }) => call({ method: 'PUT', path: `/v1/allocation/${id}/stop`, signal }),
    deployment: (id, from) => blocking(`/v1/deployment/${id}`, from),
    deployments: (jobId, signal) => call({ path: `${at(jobId)}/deployments`, signal }),
    promote: (id, signal) => call({ method: 'POST', path: `/v1/deployment/promote/${id}`, body: { DeploymentID: id, All: true }, signal }),
    failDeployment: (id, signal) => call({ method: 'POST', path: `/v1/deployment/fail/${id}`, body: { DeploymentID: id }, signal }),
    nodes: (signal) => call({ path: '/v1/nodes', query: { resources: true }, signal }),
    node: (id, signal) => call({ path: `/v1/node/${id}`, signal }),
    watchNode: (id, from) => blocking(`/v1/node/${id}`, from),
    setEligibility: ({ id, eligible, signal }) =>
      call({
        method: 'POST',
        path: `/v1/node/${id}/eligibility`,
        body: { NodeID: id, Eligibility: eligible ? 'eligible' : 'ineligible' },
        signal,
      }),
    nodeAllocations: (id, signal) => call({ path: `/v1/node/${id}/allocations`, signal }),
  };
}

function scopeOf(job: JobSpec): Record<string, string | undefined> {
  return { region: job.Region ?? undefined, namespace: job.Namespace ?? undefined };
}

async function absentAs404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'api-not-found') return undefined;
    throw error;
  }
}

/** Nomad answers a failed compare-and-swap with a plain 500; the text is all there is to tell it by. */
function changedMeanwhile(error: unknown, id: string): ApiError | undefined {
  const said = error instanceof ApiError ? String(error.details?.['said'] ?? '') : '';
  if (!said.includes('Enforcing job modify index')) return undefined;
  return new ApiError(`job ${id} was changed by somebody else meanwhile`, {
    code: 'job-changed',
    why: said,
    next: `nomadctl job plan ${id}`,
    cause: error,
  });
}
