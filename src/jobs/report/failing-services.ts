import { NomadctlError } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { failingChecks, hasChecks, type FailingCheck } from '../rollout/failing-checks.js';

/** A check that does not pass while its job runs. */
export interface FailingOfJob extends FailingCheck {
  readonly job: string;
  readonly namespace: string;
}

export interface FailingServices {
  readonly checks: readonly FailingOfJob[];
  /** How many services with Nomad as their provider were not asked, of very many. */
  readonly unasked: number;
}

/** So many allocations are asked; a cluster in trouble may have thousands. */
const ALLOCATIONS = 20;
/** Nomad keeps the checks of its own services on the clients: each has to be asked. */
const SERVICES = 50;

/** Checks of one job that do not pass now. What does not answer is left out. */
export async function failingOfJob(connection: ClusterConnection, id: string, signal: AbortSignal): Promise<FailingCheck[]> {
  const api = createNomadApi(connection.nomad);
  const spec = await api.job(id, signal);
  if (!spec || spec.Stop || !hasChecks(spec, true)) return [];
  const { value } = await api.allocations(id, { index: 0, signal });
  const running = value.filter(({ ClientStatus, DesiredStatus }) => ClientStatus === 'running' && DesiredStatus === 'run');
  const newest = running.sort((a, b) => b.CreateIndex - a.CreateIndex).slice(0, ALLOCATIONS);
  const found = await mapBounded(newest, REQUESTS_AT_ONCE, (one) =>
    orNone(failingChecks(one, { connection, spec, signal, all: true }), signal),
  );
  return found.flat();
}

/** The same of all jobs. */
export async function failingOfCluster(connection: ClusterConnection, signal: AbortSignal): Promise<FailingServices> {
  const api = createNomadApi(connection.nomad);
  const [inConsul, inNomad] = await Promise.all([orNone(suspectsInConsul(connection, signal), signal), suspectsInNomad(api, signal)]);
  const suspects = [...new Set([...inConsul, ...inNomad.ids])].slice(0, ALLOCATIONS);
  const found = await mapBounded(suspects, REQUESTS_AT_ONCE, (id) => orNone(failingOfAllocation(connection, id, signal), signal));
  return { checks: found.flat(), unasked: inNomad.unasked };
}

async function failingOfAllocation(connection: ClusterConnection, id: string, signal: AbortSignal): Promise<FailingOfJob[]> {
  const { Job: spec, ...one } = await createNomadApi(connection.nomad).allocation(id, signal);
  if (one.ClientStatus !== 'running' || one.DesiredStatus !== 'run') return [];
  const failing = await failingChecks(one, { connection, spec, signal, all: true, glance: true });
  return failing.map((check) => ({ ...check, job: one.JobID, namespace: one.Namespace }));
}

/** How Nomad names what it registers for an allocation. https://developer.hashicorp.com/nomad/docs/networking/consul */
const NAMED = /^_nomad-task-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-/;

async function suspectsInConsul({ consul }: ClusterConnection, signal: AbortSignal): Promise<string[]> {
  const failing = await createConsulApi(consul).failingServices(signal);
  return failing.flatMap(({ id }) => NAMED.exec(id)?.[1] ?? []);
}

async function suspectsInNomad(api: NomadApi, signal: AbortSignal): Promise<{ ids: string[]; unasked: number }> {
  const services = await orNone(api.services(signal), signal);
  const asked = services.slice(0, SERVICES);
  const offered = await mapBounded(asked, REQUESTS_AT_ONCE, (service) => orNone(api.allocationsOf(service, signal), signal));
  const ids = [...new Set(offered.flat())].slice(0, SERVICES);
  const answers = await mapBounded(ids, REQUESTS_AT_ONCE, (id) => orNone(api.allocationChecks(id, signal), signal));
  return {
    ids: ids.filter((_, index) => answers[index]?.some(({ Status }) => Status !== 'success')),
    unasked: services.length - asked.length,
  };
}

/** A report stands without what does not answer. */
async function orNone<T>(answer: Promise<T[]>, signal: AbortSignal): Promise<T[]> {
  return answer.catch((error: unknown) => {
    if (error instanceof NomadctlError || signal.aborted) return [];
    throw error;
  });
}
