import { endingAmong } from '../ending-among.js';
import { THE_AUTHORITY } from '../ends-in.js';
import { certificateFile } from '../../machines/host-nodes.js';
import { isSecured } from '../../ucloud/security/profile.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { SecurityReport } from '../cluster-report.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** How well a cluster that is there keeps others out, and which certificates of a secured one end within a third of their life. */
export async function securityAtUcloud(
  { paths, settings }: Pick<UcloudTargetCluster, 'paths' | 'settings'>,
  { hosts = [] }: Partial<UcloudState>,
  now: number,
): Promise<SecurityReport | undefined> {
  if (hosts.length === 0) return undefined;
  if (!isSecured(paths)) return { profile: settings.profile === 'poc' ? 'poc' : 'plain', ending: [] };
  const own = [
    { of: THE_AUTHORITY, path: paths.ca },
    { of: 'the operator', path: paths.operator.certificate },
  ];
  const all = [...own, ...hosts.map((host) => ({ of: host.name, path: certificateFile(paths, host) }))];
  return { profile: 'secure', ending: await endingAmong(all, now) };
}
