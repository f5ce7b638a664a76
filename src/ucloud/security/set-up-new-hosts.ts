import type { Context } from '../../context.js';
import type { StepIo } from '../../engine/step.js';
import { hostsToSetUp, setUpHosts } from '../../machines/hosts-setup.js';
import { isSecured } from './profile.js';
import type { UcloudHost } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/**
 * Gives those hosts of a secured cluster what they need that have not got it: new ones, and those whose certificate ends. Others
 * set themselves up, by their user data.
 * @param apart names of hosts that nobody is to wait for
 * @throws what `setUpHosts` throws
 * @returns their names
 */
export async function setUpNewHosts(
  { hosts, apart = [] }: { readonly hosts: readonly UcloudHost[]; readonly apart?: readonly string[] },
  { cluster, ...ctx }: Pick<Context, 'exec' | 'clock' | 'signal' | 'redact'> & { readonly cluster: UcloudCluster },
  { line, log }: StepIo,
): Promise<string[]> {
  if (!isSecured(cluster.paths)) return [];
  const wanted = await hostsToSetUp({ cluster, hosts, apart, ctx });
  for (const { host, because } of wanted) log(`${host.name} ${because}`);
  if (wanted.length > 0) await setUpHosts({ cluster, hosts, wanted: wanted.map(({ host }) => host), ctx, line });
  return wanted.map(({ host }) => host.name);
}
