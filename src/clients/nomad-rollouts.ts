import { GLANCE_TIMEOUT_MS, type Blocking, type Indexed, type NomadHttp } from './nomad-http.js';
import { isLive, LIVE } from './live-allocations.js';
import type { Allocation, AllocationInFull, Deployment, Evaluation, NomadCheck, NomadService } from './nomad-rollout-model.js';

/** What becomes of registrations: evaluations, deployments, allocations. */
export interface NomadRollouts {
  evaluation(id: string, at: Blocking): Promise<Indexed<Evaluation>>;
  evaluations(jobId: string, at: Blocking): Promise<Indexed<Evaluation[]>>;
  /** How many evaluations of all namespaces wait for a scheduler, `upTo` at most. */
  waitingEvaluations(upTo: number, signal: AbortSignal): Promise<number>;
  /** With `all`, also those of a purged job, and of an earlier one of the same name. */
  allocations(jobId: string, at: Blocking & { readonly all?: boolean }): Promise<Indexed<Allocation[]>>;
  /** With their ports and resources, which `allocations` does not tell. */
  allocationsInFull(jobId: string, signal: AbortSignal): Promise<Allocation[]>;
  /** One with its ports and resources. */
  allocation(id: string, signal: AbortSignal): Promise<AllocationInFull>;
  /** Those of all jobs. */
  nodeAllocations(nodeId: string, signal: AbortSignal): Promise<AllocationInFull[]>;
  /** Of all namespaces, with their ports and resources. */
  runningAllocations(signal: AbortSignal): Promise<Allocation[]>;
  /** Allocations of all namespaces that are live (`live-allocations.ts`), without their events. Blocks for two seconds at most. */
  liveAllocations(at: Blocking): Promise<Indexed<Allocation[]>>;
  /** Last answers to the checks of its services that Nomad keeps, asked of its client. */
  allocationChecks(id: string, signal: AbortSignal): Promise<NomadCheck[]>;
  /** Names of all services that Nomad keeps, of all namespaces. */
  services(signal: AbortSignal): Promise<{ readonly name: string; readonly namespace: string }[]>;
  /** Ids of the allocations that offer one. */
  allocationsOf(service: { readonly name: string; readonly namespace: string }, signal: AbortSignal): Promise<string[]>;
  /** Its services that Nomad keeps. */
  allocationServices(id: string, signal: AbortSignal): Promise<NomadService[]>;
  /** Nomad replaces it, on the same node or another. */
  stopAllocation(request: { id: string; signal: AbortSignal }): Promise<void>;
  /** Ends its tasks as their kill signal and timeout say, and starts them again in the same allocation. Answers when they have ended. */
  restartAllocation(request: { id: string; signal: AbortSignal }): Promise<void>;
  deployment(id: string, at: Blocking): Promise<Indexed<Deployment>>;
  deployments(jobId: string, signal: AbortSignal): Promise<Deployment[]>;
  promote(deploymentId: string, signal: AbortSignal): Promise<{ EvalID: string }>;
  /** Ends a deployment as failed: groups with auto_revert go back to their last stable version at once. */
  failDeployment(deploymentId: string, signal: AbortSignal): Promise<{ readonly RevertedJobVersion: number | null }>;
  /** Says of allocations how they are, where the job's health_check is manual. */
  setHealth(request: {
    deployment: string;
    healthy?: readonly string[];
    unhealthy?: readonly string[];
    signal: AbortSignal;
  }): Promise<void>;
}

interface ServiceList {
  readonly Namespace: string;
  readonly Services: readonly { readonly ServiceName: string }[];
}

/** A client lets a task take 30 s by default (`max_kill_timeout`). */
const RESTART_TIMEOUT_MS = 60_000;

/** Not told to end. */
const RUNNING = '(ClientStatus == "running" or ClientStatus == "pending") and DesiredStatus == "run"';

export function rolloutCalls({ call, blocking, glance }: NomadHttp): NomadRollouts {
  const of = (jobId: string): string => `/v1/job/${encodeURIComponent(jobId)}`;
  return {
    evaluation: (id, at) => blocking(`/v1/evaluation/${id}`, at),
    async evaluations(jobId, at) {
      // Nomad 1.9.6 to 1.11.2 add those of every job whose name begins with this one's.
      const { value, index } = await blocking<Evaluation[]>(`${of(jobId)}/evaluations`, at);
      return { value: value.filter(({ JobID }) => JobID === jobId), index };
    },
    async waitingEvaluations(upTo, signal) {
      const query = { namespace: '*', status: 'pending', per_page: upTo };
      return ((await call<unknown[] | null>({ path: '/v1/evaluations', query, signal, timeoutMs: GLANCE_TIMEOUT_MS })) ?? []).length;
    },
    allocations: (jobId, at) => blocking(`${of(jobId)}/allocations`, at, at.all ? { all: true } : {}),
    allocationsInFull: (jobId, signal) =>
      call({ path: '/v1/allocations', query: { resources: true, filter: `JobID == ${JSON.stringify(jobId)}` }, signal }),
    allocation: (id, signal) => call({ path: `/v1/allocation/${id}`, signal }),
    nodeAllocations: (nodeId, signal) => call({ path: `/v1/node/${nodeId}/allocations`, signal }),
    async allocationChecks(id, signal) {
      const path = `/v1/client/allocation/${id}/checks`;
      return Object.values((await call<Record<string, NomadCheck> | null>({ path, signal, timeoutMs: GLANCE_TIMEOUT_MS })) ?? {});
    },
    async services(signal) {
      const query = { namespace: '*' };
      const lists = await call<ServiceList[] | null>({ path: '/v1/services', query, signal, timeoutMs: GLANCE_TIMEOUT_MS });
      return (lists ?? []).flatMap(({ Namespace, Services }) =>
        Services.map(({ ServiceName }) => ({ name: ServiceName, namespace: Namespace })),
      );
    },
    async allocationsOf({ name, namespace }, signal) {
      const path = `/v1/service/${encodeURIComponent(name)}`;
      const instances = await call<{ AllocID: string }[] | null>({ path, query: { namespace }, signal, timeoutMs: GLANCE_TIMEOUT_MS });
      return (instances ?? []).map(({ AllocID }) => AllocID);
    },
    allocationServices: async (id, signal) => (await call<NomadService[] | null>({ path: `/v1/allocation/${id}/services`, signal })) ?? [],
    runningAllocations: (signal) => call({ path: '/v1/allocations', query: { resources: true, namespace: '*', filter: RUNNING }, signal }),
    async liveAllocations(at) {
      const filter = LIVE.map((status) => `ClientStatus == ${JSON.stringify(status)}`).join(' or ');
      const query = { namespace: '*', filter, task_states: false };
      const { value, index } = await glance<Allocation[] | null>('/v1/allocations', at, query);
      return { value: (value ?? []).filter(isLive), index };
    },
    stopAllocation: ({ id, signal }) => call({ method: 'PUT', path: `/v1/allocation/${id}/stop`, signal }),
    restartAllocation: ({ id, signal }) =>
      call({
        method: 'PUT',
        path: `/v1/client/allocation/${id}/restart`,
        body: { AllTasks: false },
        signal,
        timeoutMs: RESTART_TIMEOUT_MS,
      }),
    deployment: (id, at) => blocking(`/v1/deployment/${id}`, at),
    deployments: (jobId, signal) => call({ path: `${of(jobId)}/deployments`, signal }),
    promote: (id, signal) => call({ method: 'POST', path: `/v1/deployment/promote/${id}`, body: { DeploymentID: id, All: true }, signal }),
    failDeployment: (id, signal) => call({ method: 'POST', path: `/v1/deployment/fail/${id}`, body: { DeploymentID: id }, signal }),
    setHealth: ({ deployment, healthy = [], unhealthy = [], signal }) =>
      call({
        method: 'POST',
        path: `/v1/deployment/allocation-health/${deployment}`,
        body: { DeploymentID: deployment, HealthyAllocationIDs: healthy, UnhealthyAllocationIDs: unhealthy },
        signal,
      }),
  };
}
