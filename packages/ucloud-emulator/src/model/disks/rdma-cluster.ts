import { createHash } from 'node:crypto';

/**
 * Where RSSD disks and the hosts that can have them are together: here one cluster in each zone. Other disks and hosts are in none.
 * https://docs.ucloud.cn/udisk/userguide/rssd
 */
export function clusterOf(
  resource: { readonly zone: string; readonly type: string } | { readonly zone: string; readonly machineType: string },
): string {
  const isInOne = 'type' in resource ? resource.type === 'CLOUD_RSSD' : resource.machineType.startsWith('O');
  return isInOne ? `rdma-${createHash('sha256').update(resource.zone).digest('hex').slice(0, 8)}` : '';
}
