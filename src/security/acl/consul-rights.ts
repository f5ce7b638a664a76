import type { ConsulLink, ConsulPolicy, ConsulRole, ConsulRights, ConsulTokenRights } from '../../clients/acl/consul-acl-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';

/*
 * What agents and tasks may do in Consul. The policies were tried with Consul 1.22 and Nomad 1.11: jobs with services, checks,
 * the mesh and templates of keys need no more. Consul's own template for Nomad's servers would give them `acl = "write"`.
 */

/** Begins the description of all that is ours: what has it and is not wanted any more goes. */
export const OURS = 'nomadctl: ';

export const NOMAD_SERVER: ConsulPolicy = {
  Name: 'nomadctl-nomad-server',
  Description: `${OURS}agents of Nomad's servers`,
  Rules: rules(['agent_prefix ""', 'read'], ['node_prefix ""', 'read'], ['service "nomad"', 'write']),
};

/** Nomad's clients take services out that nobody else takes out: with their own token, for its task's has ended with it. */
export const NOMAD_CLIENT: ConsulPolicy = {
  Name: 'nomadctl-nomad-client',
  Description: `${OURS}agents of Nomad's clients`,
  Rules: rules(['agent_prefix ""', 'read'], ['node_prefix ""', 'read'], ['service_prefix ""', 'write']),
};

/** The role of the tasks of a namespace, and of its only policy: the name that `nomad setup consul` gives it. */
export function tasksRoleName(namespace: string): string {
  return `nomad-${namespace}-tasks`;
}

export function tasksRole(namespace: string): ConsulRole {
  const Name = tasksRoleName(namespace);
  return { Name, Description: `${OURS}tasks of namespace ${namespace}`, Policies: [{ Name }] };
}

/** What tasks read: every service and node, and of the keys those of their namespace; of `default` all. */
export function tasksPolicy(namespace: string): ConsulPolicy {
  const keys = namespace === DEFAULT_NAMESPACE ? '' : `${namespace}/`;
  return {
    Name: tasksRoleName(namespace),
    Description: `${OURS}tasks of namespace ${namespace}`,
    Rules: rules([`key_prefix "${keys}"`, 'read'], ['node_prefix ""', 'read'], ['service_prefix ""', 'read']),
  };
}

/** Jobs of the catalogue that ask an agent of itself: prometheus for its metrics, and fabio for its datacenter before it begins. */
export const AGENT_READERS = ['prometheus', 'fabio'] as const;

/** What those jobs may do besides: Consul's agents tell of themselves only to who may read agents. */
const METRICS = 'nomadctl-metrics';

export const metricsPolicy: ConsulPolicy = {
  Name: METRICS,
  Description: `${OURS}reads metrics of agents`,
  Rules: rules(['agent_prefix ""', 'read']),
};

export const metricsRole: ConsulRole = {
  Name: METRICS,
  Description: `${OURS}jobs ${AGENT_READERS.join(' and ')}`,
  Policies: [{ Name: METRICS }],
};

/** The token of a Consul agent: it registers its own node and nothing else. */
export function consulAgentRights(node: string, datacenter: string): ConsulTokenRights {
  return { Description: `${OURS}Consul's agent on ${node}`, NodeIdentities: [{ NodeName: node, Datacenter: datacenter }] };
}

/** Without it every name is NXDOMAIN where the default is to deny. */
export const DNS_RIGHTS: ConsulTokenRights = {
  Description: `${OURS}DNS`,
  TemplatedPolicies: [{ TemplateName: 'builtin/dns' }],
};

export function nomadAgentRights(node: string, mode: 'server' | 'client'): ConsulTokenRights {
  const { Name } = mode === 'server' ? NOMAD_SERVER : NOMAD_CLIENT;
  return { Description: `${OURS}Nomad's ${mode} on ${node}`, Policies: [{ Name }] };
}

/** Whether two tokens, or roles, may do the same and say the same of themselves; Consul fills in what was left out. */
export function isSameRights(one: ConsulRights, other: ConsulRights): boolean {
  return canonical(one) === canonical(other);
}

function canonical({ Description = '', ...rights }: ConsulTokenRights): string {
  const names = (links: readonly ConsulLink[] | null | undefined): string[] => (links ?? []).map(({ Name = '' }) => Name).sort();
  const all = <T>(items: readonly T[] | null | undefined, keyOf: (item: T) => string): string[] => (items ?? []).map(keyOf).sort();
  return JSON.stringify([
    Description,
    names(rights.Policies),
    names(rights.Roles),
    all(rights.NodeIdentities, ({ NodeName, Datacenter }) => `${NodeName} ${Datacenter}`),
    all(rights.ServiceIdentities, ({ ServiceName }) => ServiceName),
    all(rights.TemplatedPolicies, ({ TemplateName }) => TemplateName),
  ]);
}

function rules(...entries: readonly (readonly [resource: string, policy: 'read' | 'write'])[]): string {
  return entries.map(([resource, policy]) => `${resource} {\n  policy = "${policy}"\n}\n`).join('');
}
