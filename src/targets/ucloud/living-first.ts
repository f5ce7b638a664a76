import type { Context } from '../../context.js';
import { livingServer } from '../../cluster/answering-server.js';
import { reachHosts } from '../../cluster/cluster-host.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';

/**
 * The state with servers that answer before those that do not, so that the connection is through a living one. Asks the
 * first of each kind alone as long as it answers.
 */
export async function livingFirst(state: Partial<UcloudState>, ctx: Pick<Context, 'env' | 'signal'>): Promise<Partial<UcloudState>> {
  const { hosts = [] } = state;
  if (hosts.length === 0) return state;
  const reached = reachHosts(hosts, ctx);
  const living = await Promise.all([livingServer(reached, 'consul', ctx.signal), livingServer(reached, 'nomad', ctx.signal)]);
  const isFirst = ({ name }: { readonly name: string }): boolean => living.some((node) => node?.name === name);
  return { ...state, hosts: [...hosts.filter(isFirst), ...hosts.filter((host) => !isFirst(host))] };
}
