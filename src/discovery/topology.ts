import { balancerNames, type BalancerName } from './balancers/index.js';

/** What a topology is: hosts with their roles, services, and the balancers that follow them. */

/** What a host is for. One host may be for both. */
export const ROLES = ['app', 'balancer'] as const;
export type Role = (typeof ROLES)[number];

/** Values of a template's variables; no secrets, for the cluster keeps them. */
export type Variables = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface TopologyService {
  readonly instances: number;
  /** In Consul, where that is not the name of the job. */
  readonly service?: string | undefined;
  readonly path: string;
  readonly variables: Variables;
}

/** As a file has it, with what it left out. */
export interface GivenTopology {
  readonly hosts?: Readonly<Record<string, readonly Role[]>> | undefined;
  readonly services: Readonly<Record<string, TopologyService>>;
  readonly balancers: Readonly<Partial<Record<BalancerName, { readonly serves: string; readonly variables: Variables } | undefined>>>;
  readonly jobs: readonly string[];
}

/** With hosts in any case. */
export interface Topology extends GivenTopology {
  readonly hosts: Readonly<Record<string, readonly Role[]>>;
}

/** A balancer of a topology, with the service that it serves. */
export interface Served {
  readonly balancer: BalancerName;
  readonly serves: string;
}

/** For whoever names no file: two pages behind nginx. */
export const DEFAULT_TOPOLOGY: GivenTopology = {
  services: { microbot: { instances: 2, path: '/', variables: {} } },
  balancers: { nginx: { serves: 'microbot', variables: {} } },
  jobs: [],
};

/** Its balancers, in the order of the catalogue's. */
export function servedBy({ balancers }: Pick<Topology, 'balancers'>): Served[] {
  return balancerNames.flatMap((name) => {
    const found = balancers[name];
    return found ? [{ balancer: name, serves: found.serves }] : [];
  });
}

/** Name in Consul of a service of the topology. */
export function consulName({ services }: Pick<Topology, 'services'>, name: string): string {
  return services[name]?.service ?? name;
}

export function hostsWith({ hosts }: Pick<Topology, 'hosts'>, role: Role): string[] {
  return Object.entries(hosts).flatMap(([name, roles]) => (roles.includes(role) ? [name] : []));
}

/** Every host takes instances, and the last one the balancer besides. */
export function defaultHosts(clients: readonly string[]): Record<string, readonly Role[]> {
  const sorted = [...clients].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Object.fromEntries(sorted.map((name, index) => [name, index === sorted.length - 1 ? ['app', 'balancer'] : ['app']] as const));
}
