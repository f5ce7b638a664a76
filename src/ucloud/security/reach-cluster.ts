import type { Context } from '../../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { portsOfHosts, reachHosts, type ClusterHost } from '../../cluster/cluster-host.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { accessOf, type ReachedCluster } from '../../cluster/reach.js';
import { openDoors } from '../../machines/jump/open-doors.js';
import { sshPathsOf, type JumpSettings } from '../../machines/ssh-key.js';
import { REGION } from '../../security/authority/certified-names.js';
import { securedAccess } from '../../security/secured-access.js';
import { isSecured } from './profile.js';

/** Whose agents are to be reached, and by whose leave. */
export interface ReachRequest extends Pick<Context, 'env' | 'redact' | 'exec' | 'signal'> {
  readonly cluster: {
    readonly paths: Pick<ClusterPaths, 'dir' | 'agents' | 'secrets' | 'ca' | 'operator'>;
    readonly settings: JumpSettings & { readonly datacenter: string };
  };
}

/**
 * The door to the agents of a cluster's hosts; servers without a public address answer behind doors on this computer.
 * @throws ConfigError `secrets-missing`, what `readSecrets` throws, and OutcomeError `jump-unreachable`
 */
export async function reachCluster(
  hosts: readonly ClusterHost[],
  { cluster: { paths, settings }, env, redact, exec, signal }: ReachRequest,
): Promise<ReachedCluster> {
  const ports = portsOfHosts(isSecured(paths));
  const doors = await openDoors({ hosts, ports, paths: sshPathsOf(paths, settings), ctx: { exec, signal } });
  if (!isSecured(paths)) return reachHosts(hosts, accessOf({ env }), { ports, doors });
  const access = await securedAccess({ paths, env, redact });
  // Whoever is in between has a certificate of the same authority, which may be a client's: only a server has this name.
  const serverName = (_: unknown, program: AgentProgram) => `server.${program === 'consul' ? settings.datacenter : REGION}.${program}`;
  return reachHosts(hosts, doors.size > 0 ? { ...access, serverName } : access, { ports, doors });
}
