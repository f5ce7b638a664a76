import { UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { agentsOf } from '../../../cluster/node-roles.js';
import { isSecured, isUpgrade } from '../../../ucloud/security/profile.js';
import type { UcloudState } from '../../../ucloud/ucloud-state.js';
import type { UpOptions, Upgrade } from '../../target.js';
import type { UcloudTargetCluster } from '../ucloud-cluster.js';

/** What somebody has to agree to before a plain cluster becomes secure; nothing where that was begun: there is no way back. */
export async function upgradeAtUcloud(
  { name, ...cluster }: UcloudTargetCluster,
  { hosts = [] }: Partial<UcloudState>,
): Promise<Upgrade | undefined> {
  if (!(await isUpgrade(cluster))) return undefined;
  const agents = hosts.flatMap(({ role }) => agentsOf(role));
  return {
    summary: `cluster ${name} becomes secure, for good`,
    isRunning: hosts.length > 0,
    lines: [
      `all ${agents.length} agents of its ${hosts.length} hosts end and start again, over SSH; what tasks run goes on`,
      'Nomad and Consul do not answer for some seconds, and the mesh takes no new connections meanwhile',
      "the firewall lets allowIp reach Consul's port of TLS (8501), and no longer the plain one (8500)",
      `at the end Consul's ${hosts.length} agents start once more, one after the other, and serve nobody without a token`,
    ],
  };
}

/** @throws UsageError `upgrade-and-replace` for hosts to be made anew before all of the cluster's are those of a secured one */
export function refuseReplacing({ name, paths }: UcloudTargetCluster, { replace, replaceHosts }: UpOptions): void {
  if (isSecured(paths) || (!replace && replaceHosts.length === 0)) return;
  throw new UsageError(`cluster ${name} cannot become secure and have hosts made anew at once`, {
    code: 'upgrade-and-replace',
    why: 'one that is made anew is one of a secured cluster, and those of a plain one do not know it',
    next: hint`${again({ profile: 'plain' })} && ${nomadctl`up ${name} --profile secure`}`,
  });
}
