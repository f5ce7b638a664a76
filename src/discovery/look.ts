import { createConsulApi } from '../clients/consul/consul-api.js';
import type { ServiceInstance } from '../clients/consul/consul-replies.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { reasonOf } from '@nomadctl/base/reason';
import type { ClusterConnection } from '../cluster/connection.js';
import { askHttp, type TaskPort } from '../jobs/verify/ask-port.js';
import { balancers, type BalancerName } from './balancers/index.js';
import { consulName, servedBy, type Served, type Topology } from './topology.js';

/** What Consul says of a topology, beside what its balancers say that they serve. */
export interface DiscoveryLook {
  readonly registry: Registry;
  readonly services: readonly ServiceLook[];
  readonly balancers: readonly BalancerLook[];
}

export interface Registry {
  readonly leader: string | undefined;
  readonly members: readonly { readonly name: string; readonly role: 'server' | 'client'; readonly status: string }[];
}

export interface ServiceLook {
  readonly name: string;
  /** As the topology has it. */
  readonly wanted: number;
  readonly instances: readonly InstanceLook[];
}

export interface InstanceLook {
  readonly id: string;
  readonly node: string;
  /** `host:port`. */
  readonly address: string;
  readonly passing: boolean;
  /** Why not, in a few words. */
  readonly why?: string;
  readonly tags: readonly string[];
}

/** One instance of a balancer. */
export interface BalancerLook extends Served {
  readonly node: string;
  /** Where it takes requests; absent while Consul knows none that is well. */
  readonly at?: TaskPort;
  /** Whom a request has to be for. */
  readonly host?: string;
  /** Addresses to which it sends requests; absent where it could not be asked. */
  readonly upstream?: readonly string[];
  /** Healthy in Consul, and not served. */
  readonly missing: readonly string[];
  /** Served, and not healthy in Consul. */
  readonly stale: readonly string[];
  /** Why it could not be asked. */
  readonly problem?: string;
}

/** @throws ApiError where Consul itself does not answer; what one balancer does not answer is in the look */
export async function lookAt(
  topology: Topology,
  at: { readonly connection: ClusterConnection; readonly signal: AbortSignal },
): Promise<DiscoveryLook> {
  const consul = createConsulApi(at.connection.consul);
  const [members, leader, services] = await Promise.all([
    consul.members(at.signal),
    consul.leader(at.signal),
    mapBounded(Object.entries(topology.services), REQUESTS_AT_ONCE, async ([name, { instances: wanted }]): Promise<ServiceLook> => {
      const { value } = await consul.service(consulName(topology, name), { index: 0, signal: at.signal });
      return { name, wanted, instances: value.map(instanceLook) };
    }),
  ]);
  const looks = await mapBounded(servedBy(topology), REQUESTS_AT_ONCE, (one) => balancerLooks(one, { topology, services, ...at }));
  const named = members.map(({ name, role, status }) => ({ name, role, status }));
  return { registry: { leader, members: named }, services, balancers: looks.flat() };
}

function instanceLook({ id, node, address, port, passing, checks, tags }: ServiceInstance): InstanceLook {
  const failing = checks.find(({ status }) => status !== 'passing');
  // The seed's trap: its own checks are fine, and nobody is sent there.
  const why = failing ? `${failing.name}: ${failing.status}` : `${node} is critical: Consul's servers do not reach its gossip at port 8301`;
  return { id, node, address: `${address}:${port}`, passing, tags, ...(passing ? {} : { why }) };
}

interface Surroundings {
  readonly topology: Topology;
  readonly services: readonly ServiceLook[];
  readonly connection: ClusterConnection;
  readonly signal: AbortSignal;
}

async function balancerLooks(served: Served, { topology, services, ...at }: Surroundings): Promise<BalancerLook[]> {
  const { requests, tells, host, upstream } = balancers[served.balancer];
  const consul = createConsulApi(at.connection.consul);
  const [front, back] = await Promise.all([requests, tells].map((name) => portsOf(consul, name, at.signal)));
  const instances = services.find(({ name }) => name === served.serves)?.instances ?? [];
  const healthy = instances.filter(({ passing }) => passing).map(({ address }) => address);
  const named = host?.(instances.flatMap(({ tags }) => tags));
  return mapBounded(front ?? [], REQUESTS_AT_ONCE, async (port): Promise<BalancerLook> => {
    const one = { ...served, node: port.node, at: port, ...(named === undefined ? {} : { host: named }) };
    const teller = back?.find(({ node }) => node === port.node);
    try {
      if (!teller) throw new Error(`${tells} is not well in Consul on ${port.node}`);
      const found = await upstream(consulName(topology, served.serves), async (path) => {
        const { status, body } = await askHttp(teller, path, at);
        if (status !== 200) throw new Error(`${path} answers with ${status}`);
        return body;
      });
      return {
        ...one,
        upstream: found,
        missing: healthy.filter((address) => !found.includes(address)),
        stale: found.filter((address) => !healthy.includes(address)),
      };
    } catch (error) {
      at.signal.throwIfAborted();
      return { ...one, missing: healthy, stale: [], problem: reasonOf(error) };
    }
  });
}

async function portsOf(consul: ReturnType<typeof createConsulApi>, service: string, signal: AbortSignal): Promise<TaskPort[]> {
  const { value } = await consul.service(service, { index: 0, signal });
  return value.filter(({ passing }) => passing).map(({ node, address, port }) => ({ node, host: address, port }));
}

/**
 * What of a look is not as the topology has it, a sentence each; none: everything follows. With `exact`, more instances than asked for
 * count, too: otherwise they may be canaries, or those that are about to go.
 */
export function differences({ services, balancers: looks }: DiscoveryLook, topology: Topology, exact = false): string[] {
  const known = servedBy(topology).filter(({ balancer }) => !looks.some((one) => one.balancer === balancer));
  return [
    ...services.flatMap(({ name, wanted, instances }) => {
      const healthy = instances.filter(({ passing }) => passing).length;
      return healthy === wanted || (healthy > wanted && !exact) ? [] : [`${name}: ${healthy} of ${wanted} instances are healthy in Consul`];
    }),
    ...known.map(({ balancer }: { balancer: BalancerName }) => `${balancer}: no instance of it is healthy in Consul`),
    ...looks.flatMap(({ balancer, node, missing, stale, problem }) => {
      const who = `${balancer} on ${node}`;
      if (problem !== undefined) return [`${who} could not be asked: ${problem}`];
      return [
        ...(missing.length > 0 ? [`${who} does not serve ${missing.join(', ')}`] : []),
        ...(stale.length > 0 ? [`${who} still serves ${stale.join(', ')}`] : []),
      ];
    }),
  ];
}

/** Where a balancer is asked from its own node; on this computer, from everywhere on it. */
export function balancerUrl({ at }: Pick<BalancerLook, 'at'>): string {
  return at === undefined ? '-' : `http://${at.host}:${at.port}/`;
}
