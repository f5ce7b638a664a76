import { isEnding } from '@nomadctl/base/certificates/certificate-life';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { THE_AUTHORITY } from '../ends-in.js';
import { certificateFile } from '../../machines/hosts-setup.js';
import { lifeOf } from '../../security/authority/certificate-standing.js';
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
  const lives = await mapBounded(all, FILES_AT_ONCE, async ({ of, path }) => {
    const life = lifeOf((await readIfThere(path)) ?? '');
    return life && isEnding(life, now) ? [{ of, until: life.until }] : [];
  });
  return { profile: 'secure', ending: lives.flat() };
}
