import type { GroupSpec, Job, TaskSpec } from '../../clients/nomad-job-model.js';
import { servicesOf, servicesWithoutIdentity } from './services-without-identity.js';

/** Functions of templates that ask Consul. https://github.com/hashicorp/consul-template/blob/main/docs/templating-language.md */
const CONSUL_FUNCTIONS =
  /(?<![.$\w])(?:key|keyExists|keyOrDefault|ls|safeLs|tree|safeTree|service|services|connect|node|nodes|datacenters|caRoots|caLeaf|partitions|peerings|exportedServices)(?!\w)/;
/** Node metadata that says where a node's Consul is. A task that was started with it has the address of that time. */
const CONSUL_ADDRESS = /consul_(http|grpc)_addr/;

/**
 * In what a job counts on a Consul that serves who has no token: its services and its tasks got no identity, or its tasks have
 * Consul's former address. One phrase each; empty for a job that Consul may be closed to.
 * @param begunAt milliseconds since the epoch: jobs that were deployed later have the address of today
 */
export function consulNeeds(job: Pick<Job, 'TaskGroups' | 'Stop' | 'SubmitTime'>, begunAt = Infinity): string[] {
  if (job.Stop) return [];
  const services = servicesWithoutIdentity(job);
  const isOld = job.SubmitTime / 1e6 < begunAt;
  return [
    ...(services.length > 0 ? [`services of Consul: ${services.join(', ')}`] : []),
    ...job.TaskGroups.flatMap((group) => group.Tasks.flatMap((task) => taskNeeds(task, group))),
    ...(isOld && services.length === 0 && CONSUL_ADDRESS.test(JSON.stringify(job.TaskGroups)) ? ["tasks with Consul's address"] : []),
  ];
}

function taskNeeds({ Name, Consul, Templates, Identities }: TaskSpec, group: GroupSpec): string[] {
  const asksInTemplate = (Templates ?? []).some(({ EmbeddedTmpl }) => asksConsul(EmbeddedTmpl ?? ''));
  if (!Consul && !group.Consul) return asksInTemplate ? [`template of task ${Name}, which needs a block "consul {}" from now on`] : [];
  const hasIdentity = (Identities ?? []).some((identity) => identity.Name?.startsWith('consul'));
  return hasIdentity ? [] : [`token of task ${Name}`];
}

/** Names in quotes are what functions are asked for, not functions. */
function asksConsul(template: string): boolean {
  const actions = template.match(/\{\{.*?\}\}/gs) ?? [];
  return actions.some((action) => CONSUL_FUNCTIONS.test(action.replace(/"[^"]*"|`[^`]*`/g, '""')));
}

/** Whether a job has anything to do with Consul, so that its allocations are somebody there. */
export function usesConsul(job: Pick<Job, 'TaskGroups'>): boolean {
  const tasks = job.TaskGroups.flatMap((group) => group.Tasks);
  return (
    servicesOf(job).some(({ Provider }) => Provider !== 'nomad') ||
    job.TaskGroups.some(({ Consul }) => Boolean(Consul)) ||
    tasks.some(({ Consul }) => Boolean(Consul)) ||
    CONSUL_ADDRESS.test(JSON.stringify(job.TaskGroups))
  );
}

/** Whether a job of the mesh is one that speaks to a Consul behind TLS, as those of today's catalogue do. */
export function knowsTls(job: Pick<Job, 'TaskGroups'>): boolean {
  const isNative = servicesOf(job).some(({ Connect }) => Connect?.Native === true);
  return !isNative || /consul_(ca|cacert)\b/.test(JSON.stringify(job.TaskGroups));
}
