import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { ConsulAcl } from '../../clients/acl/consul-acl.js';
import type { BindingRule } from '../../clients/acl/consul-acl-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { AGENT_READERS, metricsRole, OURS, tasksRoleName } from './consul-rights.js';
import { WORKLOADS } from './workload-method.js';
import type { Written } from './write-what-differs.js';

/** A namespace beside `default`, with the names that its jobs may give to services. */
export interface ServiceClaim {
  readonly namespace: string;
  /** Names without the namespace's prefix that are its own, too. */
  readonly services: readonly string[];
}

/** Nomad's names of namespaces and Consul's names of services are letters, digits and dashes: nothing in them has to be quoted. */
const PLAIN = /^[A-Za-z0-9-]+$/;

/**
 * Who gets which token. A service's identity may register the service that it is named for, and no other; which name that is,
 * is written by who writes the job. So each namespace has a rule that takes its own names alone: those that begin with its name
 * and a dash, and those that it was given. `default` has what is left. Any other job gets no token, and so no service.
 */
export function bindingRules(claims: readonly ServiceClaim[]): BindingRule[] {
  return [
    {
      Description: `${OURS}tasks`,
      AuthMethod: WORKLOADS,
      BindType: 'role',
      BindName: tasksRoleName('${value.nomad_namespace}'),
      Selector: '"nomad_service" not in value',
    },
    servicesOf(DEFAULT_NAMESPACE, [], claims.flatMap(namesOf)),
    ...claims.map((claim) =>
      // Of `team-a` and `team`, the longer one has what begins with both.
      servicesOf(
        claim.namespace,
        namesOf(claim),
        claims.filter(({ namespace }) => namespace.startsWith(`${claim.namespace}-`)).flatMap(namesOf),
      ),
    ),
    {
      Description: `${OURS}metrics`,
      AuthMethod: WORKLOADS,
      BindType: 'role',
      BindName: metricsRole.Name,
      Selector: `value.nomad_namespace == "${DEFAULT_NAMESPACE}" and value.nomad_job_id matches "^(${AGENT_READERS.join('|')})$" and "nomad_service" not in value`,
    },
  ];
}

/** Whether rules that are there give tasks the roles that they shall have; which services they may register depends on namespaces. */
export function hasRoles(found: readonly BindingRule[]): boolean {
  const roles = bindingRules([]).filter(({ BindType }) => BindType === 'role');
  return roles.every((wanted) => found.some((rule) => rule.Description === wanted.Description && isSameRule(rule, wanted)));
}

function namesOf({ namespace, services }: ServiceClaim): string[] {
  return [`${plain(namespace)}-.*`, ...services.map(plain)];
}

function servicesOf(namespace: string, own: readonly string[], ofOthers: readonly string[]): BindingRule {
  const selector = [
    `value.nomad_namespace == "${namespace}"`,
    '"nomad_service" in value',
    ...(own.length > 0 ? [`value.nomad_service matches "^(${own.join('|')})$"`] : []),
    ...(ofOthers.length > 0 ? [`value.nomad_service not matches "^(${ofOthers.join('|')})$"`] : []),
  ];
  return {
    Description: `${OURS}services of namespace ${namespace}`,
    AuthMethod: WORKLOADS,
    BindType: 'service',
    BindName: '${value.nomad_service}',
    Selector: selector.join(' and '),
  };
}

/** Whether these rules give a job of a namespace a service of a name. */
export function mayRegister(namespace: string, service: string, claims: readonly ServiceClaim[]): boolean {
  const has = (claim: ServiceClaim): boolean => service.startsWith(`${claim.namespace}-`) || claim.services.includes(service);
  if (namespace === DEFAULT_NAMESPACE) return !claims.some(has);
  const own = claims.find((claim) => claim.namespace === namespace);
  return own !== undefined && has(own) && !claims.some((claim) => claim.namespace.startsWith(`${namespace}-`) && has(claim));
}

/** Writes what is missing or differs, and takes away what is ours and not wanted any more, or there twice. */
export async function writeBindingRules(acl: ConsulAcl, wanted: readonly BindingRule[], signal: AbortSignal): Promise<Written> {
  const found = await acl.bindingRules(WORKLOADS, signal);
  const kept = new Set<string | undefined>();
  // Side by side: many namespaces that are made at once have two rules each, and every write waits for a disk.
  const written = await mapBounded(wanted, REQUESTS_AT_ONCE, async (rule) => {
    const there = found.find(({ Description }) => Description === rule.Description);
    kept.add(there?.ID);
    if (there && isSameRule(there, rule)) return [];
    await acl.writeBindingRule({ ...(there?.ID === undefined ? {} : { ID: there.ID }), ...rule }, signal);
    return [`binding rule "${rule.Description}"`];
  });
  const spare = found.filter(({ ID, Description }) => ID !== undefined && !kept.has(ID) && Description.startsWith(OURS));
  const removed = await mapBounded(spare, REQUESTS_AT_ONCE, async ({ ID = '', Description }) => {
    await acl.deleteBindingRule(ID, signal);
    return `binding rule "${Description}" removed`;
  });
  return [...written.flat(), ...removed];
}

function isSameRule(one: BindingRule, other: BindingRule): boolean {
  return one.Selector === other.Selector && one.BindType === other.BindType && one.BindName === other.BindName;
}

function plain(name: string): string {
  if (!PLAIN.test(name)) throw new Error(`${JSON.stringify(name)} cannot stand in a rule of Consul's`);
  return name;
}
