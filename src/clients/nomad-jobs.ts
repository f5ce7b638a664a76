import { ApiError } from '@nomadctl/base/errors';
import { GIVEN_JOB, again, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { ifThere } from './http.js';
import type { NomadHttp } from './nomad-http.js';
import type { Job, JobSpec, JobStub, ScaleStatus } from './nomad-job-model.js';
import type { PlanReply } from './nomad-plan-model.js';

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

/** https://developer.hashicorp.com/nomad/api-docs/jobs */
export interface NomadJobs {
  plan(job: JobSpec, signal: AbortSignal): Promise<PlanReply>;
  /** With `modifyIndex`, only when the job is still as it was then (0: does not exist). @throws ApiError `job-changed` */
  register(request: { job: JobSpec; modifyIndex?: number; submission?: Submission; signal: AbortSignal }): Promise<RegisterReply>;
  /** Checks without registering; Nomad's own words about what is wrong. */
  validate(job: JobSpec, signal: AbortSignal): Promise<{ errors: readonly string[]; warnings: string }>;
  job(id: string, signal: AbortSignal): Promise<Job | undefined>;
  /**
   * Every job that has not been purged, of all namespaces that the token may see; with `id`, those of that very id; with
   * `parent`, runs of that periodic or parameterized job.
   */
  jobs(request: { id?: string; parent?: string; signal: AbortSignal; timeoutMs?: number }): Promise<JobStub[]>;
  versions(id: string, signal: AbortSignal): Promise<Job[]>;
  /** A version as it was handed in; nothing where it was without, or Nomad keeps it no more. */
  submission(request: { id: string; version: number; signal: AbortSignal }): Promise<Submission | undefined>;
  /** Has Nomad look at a job again, also at a stopped one. */
  evaluate(id: string, signal: AbortSignal): Promise<{ readonly EvalID: string }>;
  /** Marks failed allocations for rescheduling, also those whose retries are used up. */
  forceReschedule(id: string, signal: AbortSignal): Promise<void>;
  /** Starts a run of a periodic job now. */
  runNow(id: string, signal: AbortSignal): Promise<void>;
  /** Starts a run of a parameterized job, without payload and meta. */
  dispatch(id: string, signal: AbortSignal): Promise<void>;
  scaleStatus(id: string, signal: AbortSignal): Promise<ScaleStatus | undefined>;
  /** With `modifyIndex`, only when the job is still as it was then. @throws ApiError `job-changed` */
  scale(request: {
    id: string;
    group: string;
    count: number;
    modifyIndex?: number | undefined;
    signal: AbortSignal;
  }): Promise<RegisterReply>;
  /** Without `namespace`, in the endpoint's. `priority`: of the evaluation, 1 to 100; by default the job's. */
  stop(request: { id: string; namespace?: string; purge: boolean; priority?: number; signal: AbortSignal }): Promise<RegisterReply>;
  revert(request: { id: string; version: number; enforcePriorVersion: number; signal: AbortSignal }): Promise<RegisterReply>;
}

export function jobCalls({ call }: NomadHttp): NomadJobs {
  const at = (id: string): string => `/v1/job/${encodeURIComponent(id)}`;
  return {
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
        throw changedMeanwhile(error, job.ID, nomadctl`job plan ${GIVEN_JOB}`) ?? error;
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
    job: (id, signal) => ifThere(call<Job>({ path: at(id), signal })),
    async jobs({ id, parent, ...request }) {
      const wanted = id === undefined ? { ParentID: parent } : { ID: id };
      const [filter] = Object.entries(wanted).flatMap(([field, value]) =>
        value === undefined ? [] : `${field} == ${JSON.stringify(value)}`,
      );
      return (await call<JobStub[] | null>({ ...request, path: '/v1/jobs', query: { namespace: '*', filter } })) ?? [];
    },
    versions: async (id, signal) => (await call<{ Versions: Job[] | null }>({ path: `${at(id)}/versions`, signal })).Versions ?? [],
    submission: ({ id, version, signal }) => ifThere(call<Submission>({ path: `${at(id)}/submission`, query: { version }, signal })),
    evaluate: (id, signal) => call({ method: 'POST', path: `${at(id)}/evaluate`, body: { JobID: id, EvalOptions: {} }, signal }),
    forceReschedule: (id, signal) =>
      call({ method: 'POST', path: `${at(id)}/evaluate`, body: { JobID: id, EvalOptions: { ForceReschedule: true } }, signal }),
    runNow: (id, signal) => call({ method: 'PUT', path: `${at(id)}/periodic/force`, signal }),
    dispatch: (id, signal) => call({ method: 'POST', path: `${at(id)}/dispatch`, body: {}, signal }),
    scaleStatus: (id, signal) => ifThere(call<ScaleStatus>({ path: `${at(id)}/scale`, signal })),
    scale: ({ id, group, count, modifyIndex, signal }) =>
      call<RegisterReply>({
        method: 'POST',
        path: `${at(id)}/scale`,
        body: { Count: count, Target: { Group: group }, Message: 'nomadctl job scale', JobModifyIndex: modifyIndex },
        signal,
      }).catch((error: unknown) => {
        throw changedMeanwhile(error, id, again()) ?? error;
      }),
    stop: ({ id, namespace, purge, priority, signal }) => {
      const query = { purge, ...(namespace === undefined ? {} : { namespace }), eval_priority: priority };
      return call({ method: 'DELETE', path: at(id), query, signal });
    },
    revert: ({ id, version, enforcePriorVersion, signal }) =>
      call({
        method: 'POST',
        path: `${at(id)}/revert`,
        body: { JobID: id, JobVersion: version, EnforcePriorVersion: enforcePriorVersion },
        signal,
      }),
  };
}

function scopeOf(job: JobSpec): Record<string, string | undefined> {
  return { region: job.Region ?? undefined, namespace: job.Namespace ?? undefined };
}

/** Nomad answers a failed compare-and-swap with a plain 500; the text is all there is to tell it by. */
function changedMeanwhile(error: unknown, id: string, next: Hint): ApiError | undefined {
  const said = error instanceof ApiError ? String(error.details?.['said'] ?? '') : '';
  if (!said.includes('Enforcing job modify index')) return undefined;
  return new ApiError(`job ${id} was changed by somebody else meanwhile`, {
    code: 'job-changed',
    why: said,
    next,
    cause: error,
  });
}
