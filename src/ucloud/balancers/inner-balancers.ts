import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { isListening } from '../../clients/probe/is-listening.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { portsOfHosts } from '../../cluster/cluster-host.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { tagOf } from '../cluster-tag.js';
import { findOwned } from '../owned/owned-resources.js';
import type { UcloudState } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** One address before all servers of a program, inside. */
export interface InnerBalancer {
  readonly program: AgentProgram;
  readonly address: string;
  readonly port: number;
  /** Whether this computer reaches it. */
  readonly reachable: boolean;
  /** Servers that UCloud finds well, of all behind it; absent when UCloud does not tell. */
  readonly well?: number;
  readonly servers?: number;
}

/** What its name begins with, as templates/terraform/cluster says it; the program follows. */
const namePrefix = (cluster: { readonly name: string }): string => `${tagOf(cluster)}-inner-`;

export function isInnerBalancer(cluster: { readonly name: string }, name: string): boolean {
  return name.startsWith(namePrefix(cluster));
}

/** What the inner load balancers of a cluster are, and whether they are reached from here. Asks UCloud and the addresses, and changes nothing. */
export async function observeInnerBalancers(
  cluster: Pick<UcloudCluster, 'name' | 'settings'>,
  state: Pick<Partial<UcloudState>, 'innerBalancers'>,
  { api, signal }: { readonly api: UcloudApi | undefined; readonly signal: AbortSignal },
): Promise<InnerBalancer[]> {
  const known = Object.entries(state.innerBalancers ?? {}) as [AgentProgram, string][];
  if (known.length === 0) return [];
  const ports = portsOfHosts(cluster.settings.profile === 'secure');
  // Where UCloud does not answer, whoever asked is told so by others.
  const asked = api && findOwned(api, cluster.name, { signal, kinds: ['balancers'] }).catch(() => undefined);
  const found = (await asked)?.balancers ?? [];
  signal.throwIfAborted();
  return mapBounded(known, REQUESTS_AT_ONCE, async ([program, address]): Promise<InnerBalancer> => {
    const port = program === 'consul' ? ports.consulHttp : ports.nomadHttp;
    const behind = found.find(({ Name }) => Name === `${namePrefix(cluster)}${program}`)?.VServerSet?.[0]?.BackendSet;
    const health = behind ? { well: behind.filter(({ Status }) => Status === 0).length, servers: behind.length } : {};
    return { program, address, port, reachable: await isListening({ host: address, port }, signal), ...health };
  });
}
