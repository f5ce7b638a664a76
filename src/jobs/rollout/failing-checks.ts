import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { CheckSpec, GroupSpec, JobSpec, ServiceSpec } from '../../clients/nomad-job-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { asked, checkName, oneLine } from './check-words.js';
import { lastAnswersAt } from './consul-answers.js';

/** A check of a service that keeps an allocation from being healthy. */
export interface FailingCheck {
  /** Id of the allocation. */
  readonly allocation: string;
  readonly service: string;
  readonly name: string;
  /** What it asks: an address, or a command. */
  readonly asks: string;
  /** Its last answer in one line; empty when nobody has answered yet. */
  readonly said: string;
}

/** It in words, wherever it is told. */
export function checkLines({ service, name, asks, said }: FailingCheck): string[] {
  return [`${checkName(name)} of service ${service} · ${asks}`, `  last answer · ${said || 'none yet'}`];
}

interface Declared {
  readonly service: ServiceSpec;
  readonly check: CheckSpec;
}

export interface Looking {
  readonly connection: ClusterConnection;
  readonly spec: JobSpec;
  readonly signal: AbortSignal;
  /** Also those that do not count in a deployment. */
  readonly all?: boolean;
  /** Nobody logs in at a host to ask its own agent: an answer may be five minutes old, or none be known. */
  readonly glance?: boolean;
}

/** Whether checks of services decide whether a job is healthy; with `all`, whether there are any. */
export function hasChecks({ TaskGroups }: JobSpec, all = false): boolean {
  return TaskGroups.some((group) => checksOf(group, all).length > 0);
}

/** Checks that do not pass now, asked of whoever keeps them. What cannot be asked is left out. */
export async function failingChecks({ ID, TaskGroup, NodeID, NodeName }: Allocation, at: Looking): Promise<FailingCheck[]> {
  const group = at.spec.TaskGroups.find(({ Name }) => Name === TaskGroup);
  const declared = group ? checksOf(group, at.all) : [];
  const [nomads, consuls] = [declared.filter(isNomads), declared.filter((one) => !isNomads(one))];
  const found = await Promise.all([
    nomads.length > 0 ? failingInNomad(nomads, ID, at) : [],
    consuls.length > 0 ? failingInConsul(consuls, { ID, NodeID, NodeName }, at) : [],
  ]);
  return found.flat();
}

function isNomads({ service }: Declared): boolean {
  return service.Provider === 'nomad';
}

/** Those that count in a deployment, or all. */
function checksOf({ Services, Tasks }: GroupSpec, all = false): Declared[] {
  const services = [...(Services ?? []), ...Tasks.flatMap((task) => task.Services ?? [])];
  return services.flatMap((service) =>
    (service.Checks ?? []).filter(({ OnUpdate }) => all || OnUpdate !== 'ignore').map((check) => ({ service, check })),
  );
}

async function failingInNomad(declared: readonly Declared[], id: string, { connection, signal }: Looking): Promise<FailingCheck[]> {
  const api = createNomadApi(connection.nomad);
  const [answers, services] = await Promise.all([api.allocationChecks(id, signal), api.allocationServices(id, signal)]);
  const failing = declared.flatMap(({ service, check }) => {
    const answer = answers.find((one) => one.Check === check.Name && one.Service === service.Name);
    return answer && answer.Status !== 'success' ? [{ service, check, answer }] : [];
  });
  return mapBounded(failing, REQUESTS_AT_ONCE, async ({ service, check, answer }) => {
    const instance = services.find(({ ServiceName }) => ServiceName === service.Name);
    const status = answer.StatusCode ? `${answer.StatusCode} ` : '';
    return {
      allocation: id,
      service: service.Name,
      name: check.Name,
      asks: asked(check, await placeOf({ service, check }, { id, instance: instance && addressOf(instance) }, { connection, signal })),
      said: answer.Status === 'pending' ? '' : oneLine(`${status}${answer.Output}`),
    };
  });
}

async function failingInConsul(
  declared: readonly Declared[],
  { ID, NodeID, NodeName }: Pick<Allocation, 'ID' | 'NodeID' | 'NodeName'>,
  { connection, signal, glance }: Looking,
): Promise<FailingCheck[]> {
  const consul = createConsulApi(connection.consul);
  const names = [...new Set(declared.map(({ service }) => service.Name))];
  const replies = await mapBounded(names, REQUESTS_AT_ONCE, (name) => consul.service(name, { index: 0, signal }));
  const instances = new Map(names.map((name, index) => [name, replies[index]?.value.find(({ id }) => id.includes(ID))]));
  const failing = declared.flatMap(({ service, check }) => {
    const instance = instances.get(service.Name);
    const seen = instance?.checks.find(({ name }) => name === check.Name);
    const passes = seen?.status === 'passing' || (seen?.status === 'warning' && check.OnUpdate === 'ignore_warnings');
    return instance && seen && !passes ? [{ service, check, instance, seen }] : [];
  });
  const untold = failing.some(({ seen }) => seen.output === '');
  const answers =
    untold && !(glance && connection.nodes.run) ? await lastAnswersAt({ id: NodeID, name: NodeName }, connection, signal) : [];
  return mapBounded(failing, REQUESTS_AT_ONCE, async ({ service, check, instance, seen }) => {
    const said = answers.find((one) => one.service === instance.id && one.name === check.Name)?.output ?? seen.output;
    const address = instance.port > 0 ? `${instance.address}:${instance.port}` : undefined;
    return {
      allocation: ID,
      service: service.Name,
      name: check.Name,
      asks: asked(check, await placeOf({ service, check }, { id: ID, instance: address }, { connection, signal })),
      // Consul says again what it asked.
      said: oneLine(said.replace(/^HTTP \w+ \S+: /, '')),
    };
  });
}

function addressOf({ Address, Port }: { readonly Address: string; readonly Port: number }): string {
  return `${Address}:${Port}`;
}

/** `address:port` that a check asks: its service's, unless it names another port. */
async function placeOf(
  { service, check }: Declared,
  { id, instance }: { id: string; instance: string | undefined },
  { connection, signal }: Pick<Looking, 'connection' | 'signal'>,
): Promise<string | undefined> {
  if (!check.PortLabel || check.PortLabel === service.PortLabel) return instance;
  const { AllocatedResources } = await createNomadApi(connection.nomad).allocation(id, signal);
  const port = AllocatedResources?.Shared.Ports?.find(({ Label }) => Label === check.PortLabel);
  if (port) return `${port.HostIP}:${port.Value}`;
  const host = instance?.replace(/:\d+$/, '');
  return host && /^\d+$/.test(check.PortLabel) ? `${host}:${check.PortLabel}` : `port ${check.PortLabel}`;
}
