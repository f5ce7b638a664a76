import type { Context } from '../../context.js';
import { livingServer } from '../../cluster/answering-server.js';
import { portsOfHosts, reachHosts } from '../../cluster/cluster-host.js';
import { openDoors } from '../../machines/jump/open-doors.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { isSecured } from '../../ucloud/security/profile.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/**
 * Orders the servers in the state: those that answer come first, and the connection uses one of them. As long as the first
 * of each kind answers, no other is asked.
 */
export async function livingFirst(
  { paths, settings }: Pick<UcloudTargetCluster, 'paths' | 'settings'>,
  state: Partial<UcloudState>,
  ctx: Pick<Context, 'signal' | 'exec'>,
): Promise<Partial<UcloudState>> {
  const { hosts = [] } = state;
  if (hosts.length === 0) return state;
  // Whether something listens takes no leave.
  const ports = portsOfHosts(isSecured(paths));
  const doors = await openDoors({ hosts, ports, paths: sshPathsOf(paths, settings), ctx });
  const reached = reachHosts(hosts, {}, { ports, doors });
  const living = await Promise.all([livingServer(reached, 'consul', ctx.signal), livingServer(reached, 'nomad', ctx.signal)]);
  const isFirst = ({ name }: { readonly name: string }): boolean => living.some((node) => node?.name === name);
  return { ...state, hosts: [...hosts.filter(isFirst), ...hosts.filter((host) => !isFirst(host))] };
}
