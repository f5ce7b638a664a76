import { waitFor } from '@nomadctl/base/wait-for';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ConsulAcl } from '../../clients/acl/consul-acl.js';
import type { AuthMethod } from '../../clients/acl/consul-acl-model.js';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { wordsOf } from '../../clients/http.js';
import { isAnswering } from '../../clients/probe/is-listening.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { answeringServer } from '../../cluster/answering-server.js';
import { serversOf, type ClusterNode } from '../../cluster/cluster-node.js';
import { urlInside, type ReachedCluster } from '../../cluster/reach.js';
import { awaitConsulAcl } from './await-consul-acl.js';
import { ensureNamespaces } from './ensure-namespaces.js';
import { isSameMethod, WORKLOADS, workloadMethod } from './workload-method.js';
import type { Work } from './work.js';
import type { Written } from './write-what-differs.js';

/** Nomad's keys: a server that has just begun may not have them yet, and then Consul does not take the method. */
const NOT_YET = /error checking JWKSURL/;

/**
 * Lets tasks and services of Nomad log in to Consul, each namespace as what it may be. After Nomad's ACLs and its keyring are
 * there. `cluster` is reached with the management tokens of both. Keys come as before, where nothing else is said.
 * @throws OutcomeError `wait-timeout`, `token-unknown` or `no-server`; ApiError
 */
export async function ensureWorkloads(cluster: ReachedCluster, work: Work, keys?: KeySource): Promise<Written> {
  const { signal } = work;
  const { acl } = createConsulApi(await awaitConsulAcl(cluster, work));
  const found = await acl.authMethod(WORKLOADS, signal);
  const { nomad, method } = await wantedMethod(cluster, { found, keys: keys ?? sourceOf(found), signal });
  const written = found && isSameMethod(found, method) ? [] : [`auth method ${WORKLOADS}`];
  if (written.length > 0) await writeMethod(acl, method, work);
  return [...written, ...(await ensureNamespaces({ consul: acl, nomad: createNomadApi(nomad).acl }, signal))];
}

/** `fetched` by Consul from Nomad, whenever they change; `told`: Consul is told what they are, and has to be told again. */
export type KeySource = 'fetched' | 'told';

/** As it is: whoever rotates something does not decide it. */
function sourceOf(found: AuthMethod | undefined): KeySource {
  return found?.Config['JWTValidationPubKeys'] ? 'told' : 'fetched';
}

export interface MethodRequest {
  readonly found: AuthMethod | undefined;
  readonly keys: KeySource;
  readonly signal: AbortSignal;
}

/** The method as it has to be, and the Nomad server that was asked for it. @throws OutcomeError `no-server`; ApiError */
export async function wantedMethod(
  cluster: ReachedCluster,
  { found, keys, signal }: MethodRequest,
): Promise<{ readonly nomad: AgentEndpoint; readonly method: AuthMethod }> {
  const server = await keyServer(cluster, found?.Config['JWKSURL'], signal);
  const nomad = cluster.endpoint(server, 'nomad');
  if (keys === 'told') return { nomad, method: workloadMethod({ keys: await createNomadApi(nomad).acl.identityKeys(signal) }) };
  return { nomad, method: workloadMethod({ url: keysUrl(cluster, server), ...(nomad.ca ? { ca: nomad.ca.pem } : {}) }) };
}

async function writeMethod(acl: ConsulAcl, wanted: AuthMethod, work: Work): Promise<void> {
  const refusal = await waitFor({ ...work, what: "Nomad's keys for Consul", next: nomadctl`status` }, async () => {
    try {
      await acl.writeAuthMethod(wanted, work.signal);
      return { value: undefined };
    } catch (error) {
      const said = wordsOf(error) ?? '';
      return NOT_YET.test(said) ? { observed: said } : { value: error };
    }
  });
  if (refusal !== undefined) throw refusal;
}

/** The server that Consul asks for keys already, as long as it answers; else the first that does. */
async function keyServer(cluster: ReachedCluster, named: unknown, signal: AbortSignal): Promise<ClusterNode> {
  const current = serversOf(cluster.nodes, 'nomad').find((server) => keysUrl(cluster, server) === named);
  if (current && (await isAnswering(cluster.endpoint(current, 'nomad'), signal))) return current;
  return answeringServer(cluster, 'nomad', { signal });
}

function keysUrl(cluster: ReachedCluster, server: ClusterNode): string {
  return `${urlInside(cluster, server, 'nomad')}/.well-known/jwks.json`;
}
