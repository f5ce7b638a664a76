import { endingAmong } from '../ending-among.js';
import { THE_AUTHORITY } from '../ends-in.js';
import { certificateFile } from '../../machines/host-nodes.js';
import { isSecured } from '../../ucloud/security/profile.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { SecurityReport } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** Which certificates of a secured cluster end within a third of their life; nothing of one that keeps nobody out. */
export async function securityAtUcloud(
  { paths }: Pick<UcloudTargetCluster, 'paths'>,
  { hosts = [] }: Partial<UcloudState>,
  now: number,
): Promise<SecurityReport | undefined> {
  if (!isSecured(paths)) return undefined;
  const all = [{ of: THE_AUTHORITY, path: paths.ca }, ...hosts.map((host) => ({ of: host.name, path: certificateFile(paths, host) }))];
  return { profile: 'secure', ending: await endingAmong(all, now) };
}
