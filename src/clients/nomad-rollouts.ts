import type { Blocking, Indexed, NomadHttp } from './nomad-http.js';
import type { Allocation, AllocationInFull, Deployment, Evaluation } from './nomad-rollout-model.js';

/** What becomes of registrations: evaluations, deployments, allocations. */
export interface NomadRollouts {
  evaluation(id: string, at: Blocking): Promise<Indexed<Evaluation>>;
  evaluations(jobId: string, at: Blocking): Promise<Indexed<Evaluation[]>>;
  /** With `all`, also those of a purged job, and of an earlier one of the same name. */
  allocations(jobId: string, at: Blocking & { readonly all?: boolean }): Promise<Indexed<Allocation[]>>;
  /** With their ports and resources, which `allocations` does not tell. */
  allocationsInFull(jobId: string, signal: AbortSignal): Promise<Allocation[]>;
  allocation(id: string, signal: AbortSignal): Promise<AllocationInFull>;
  /** Those of all jobs. */
  nodeAllocations(nodeId: string, signal: AbortSignal): Promise<AllocationInFull[]>;
  /** Of all namespaces, with their ports and resources. */
  runningAllocations(signal: AbortSignal): Promise<Allocation[]>;
  /** Allocations of all namespaces that still run somewhere, without their events. Blocks for two seconds at most. */
  liveAllocations(at: Blocking): Promise<Indexed<Allocation[]>>;
  /** Nomad replaces it, on the same node or another. */
  stopAllocation(request: { id: string; signal: AbortSignal }): Promise<void>;
  deployment(id: string, at: Blocking): Promise<Indexed<Deployment>>;
  deployments(jobId: string, signal: AbortSignal): Promise<Deployment[]>;
  promote(deploymentId: string, signal: AbortSignal): Promise<{ EvalID: string }>;
  /** Ends a deployment as failed: groups with auto_revert go back to their last stable version at once. */
  failDeployment(deploymentId: string, signal: AbortSignal): Promise<void>;
}

const LIVE: readonly Allocation['ClientStatus'][] = ['pending', 'running'];

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
    allocations: (jobId, at) => blocking(`${of(jobId)}/allocations`, at, at.all ? { all: true } : {}),
    allocationsInFull: (jobId, signal) =>
      call({ path: '/v1/allocations', query: { resources: true, filter: `JobID == ${JSON.stringify(jobId)}` }, signal }),
    allocation: (id, signal) => call({ path: `/v1/allocation/${id}`, signal }),
    nodeAllocations: (nodeId, signal) => call({ path: `/v1/node/${nodeId}/allocations`, signal }),
    runningAllocations: (signal) => call({ path: '/v1/allocations', query: { resources: true, namespace: '*', filter: RUNNING }, signal }),
    async liveAllocations(at) {
      const filter = LIVE.map((status) => `ClientStatus == ${JSON.stringify(status)}`).join(' or ');
      const query = { namespace: '*', filter, task_states: false };
      const { value, index } = await glance<Allocation[] | null>('/v1/allocations', at, query);
      return { value: (value ?? []).filter(({ ClientStatus }) => LIVE.includes(ClientStatus)), index };
    },
    stopAllocation: ({ id, signal }) => call({ method: 'PUT', path: `/v1/allocation/${id}/stop`, signal }),
    deployment: (id, at) => blocking(`/v1/deployment/${id}`, at),
    deployments: (jobId, signal) => call({ path: `${of(jobId)}/deployments`, signal }),
    promote: (id, signal) => call({ method: 'POST', path: `/v1/deployment/promote/${id}`, body: { DeploymentID: id, All: true }, signal }),
    failDeployment: (id, signal) => call({ method: 'POST', path: `/v1/deployment/fail/${id}`, body: { DeploymentID: id }, signal }),
  };
}
