import type { Host } from '../../clients/ucloud/host-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { imageInRemark } from '../terraform/host-resources.js';
import { findOwned } from '../owned/owned-resources.js';
import { tagOf } from '../cluster-tag.js';
import type { UcloudHost } from '../ucloud-state.js';
import type { HostRole } from '../../cluster/cluster-host.js';

/** Never booted. */
const FAILED = ['Install Fail', 'ResizeFail'];

/**
 * The hosts of a cluster that are, or may be, at work, as UCloud knows them by tag and name: also those that a killed run
 * made and wrote down nowhere. They join by themselves as soon as they have booted.
 */
export async function hostsAtCloud(api: UcloudApi, cluster: string, signal: AbortSignal): Promise<UcloudHost[]> {
  const { hosts } = await findOwned(api, cluster, { signal, kinds: ['hosts'] });
  return hosts
    .filter(({ Tag, State }) => Tag === tagOf({ name: cluster }) && !FAILED.includes(State))
    .flatMap((host) => hostNamedFor(cluster, host) ?? []);
}

function hostNamedFor(cluster: string, { UHostId, Name, Zone, IPSet, Remark }: Host): UcloudHost | undefined {
  if (!Name.startsWith(`${cluster}-`)) return undefined;
  const name = Name.slice(cluster.length + 1);
  const addressOf = (isWanted: (type: string) => boolean) => IPSet.find(({ Type }) => isWanted(Type))?.IP;
  const publicIp = addressOf((type) => type !== 'Private');
  const privateIp = addressOf((type) => type === 'Private') ?? '';
  const imageId = imageInRemark(Remark);
  return { name, ...partOf(name), id: UHostId, zone: Zone, privateIp, ...(publicIp ? { publicIp } : {}), imageId };
}

/** `nomad-server-1`, `client-2`, `client-batch-1`. */
function partOf(name: string): Pick<UcloudHost, 'role' | 'class'> {
  const role = /^(consul-server|nomad-server)-\d+$/.exec(name)?.[1];
  if (role !== undefined) return { role: role as HostRole };
  return { role: 'client', class: /^client-(.+)-\d+$/.exec(name)?.[1] ?? 'default' };
}
