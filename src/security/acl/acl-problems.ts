import { hasRoles } from './binding-rules.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { isAbort } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { reasonOf } from '@nomadctl/base/reason';
import type { Secret } from '@nomadctl/base/secret/secret';
import { consulOf, nomadOf, answeringServer } from '../../cluster/answering-server.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { ConsulTokens } from './ensure-consul-acl.js';
import { wantedMethod, type KeySource } from './ensure-workloads.js';
import { isSameMethod, WORKLOADS } from './workload-method.js';

/** Of which agent Consul does not know the token; nothing when it knows all. One question for each of them, all at once. */
export async function consulAclProblem(cluster: ReachedCluster, tokens: ConsulTokens, signal: AbortSignal): Promise<string | undefined> {
  return orReason(async () => {
    const endpoint = cluster.endpoint(await answeringServer(cluster, 'consul', { signal }), 'consul');
    // Without a leader both programs hold other questions for seconds before they answer; who leads, they say at once.
    if ((await createConsulApi(endpoint).leader(signal)) === undefined) return 'Consul has no leader';
    const all: [string, Secret][] = [
      ['DNS', tokens.dns],
      ...Object.entries(tokens.agents).map(([node, token]): [string, Secret] => [`Consul on ${node}`, token]),
      ...Object.entries(tokens.nomadAgents).map(([node, token]): [string, Secret] => [`Nomad on ${node}`, token]),
    ];
    const known = await mapBounded(all, REQUESTS_AT_ONCE, ([, token]) => createConsulApi({ ...endpoint, token }).acl.ownToken(signal));
    const stranger = all.find((_, index) => known[index] === undefined);
    return stranger && `Consul does not know the token of ${stranger[0]}`;
  });
}

/** Whether Nomad knows the management token. */
export async function nomadAclProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  return orReason(async () => {
    const nomad = await nomadOf(cluster, { signal });
    if ((await nomad.leader(signal)) === undefined) return 'Nomad has no leader';
    return (await nomad.acl.ownToken(signal)) ? undefined : 'Nomad does not know the management token';
  });
}

/** Whether workloads can log in to Consul, and in no other way than they should. */
export async function workloadsProblem(cluster: ReachedCluster, signal: AbortSignal, keys: KeySource): Promise<string | undefined> {
  return orReason(async () => {
    const { acl } = await consulOf(cluster, { signal });
    const [found, rules] = await Promise.all([acl.authMethod(WORKLOADS, signal), acl.bindingRules(WORKLOADS, signal)]);
    if (!found || rules.length === 0) return 'Consul does not know how to tell the workloads of Nomad';
    if (!hasRoles(rules)) return 'Consul gives tasks of Nomad other rights than it should';
    const { method } = await wantedMethod(cluster, { found, keys, signal });
    return isSameMethod(found, method) ? undefined : 'Consul tells the workloads of Nomad in another way than it should';
  });
}

async function orReason(problem: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await problem();
  } catch (error) {
    if (isAbort(error)) throw error;
    return reasonOf(error);
  }
}
