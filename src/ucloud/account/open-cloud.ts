import { openUcloud, type UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { KeyPair } from '../../clients/ucloud/signature.js';
import type { Context } from '../../context.js';
import type { Secret } from '@nomadctl/base/secret/secret';
import { keysOf } from './find-keys.js';
import { refuseMove } from './refuse-move.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/**
 * UCloud as a cluster's steps use it: its address, project and region, with the strongest keys that there are.
 * @throws what `keysOf` throws; UsageError `cluster-moved` when the settings point away from what is there.
 */
export async function ucloudOf(cluster: UcloudCluster, ctx: Pick<Context, 'env' | 'redact' | 'signal' | 'clock'>): Promise<UcloudApi> {
  await refuseMove(cluster);
  const credentials = await keysOf(cluster, ctx);
  const { baseUrl, projectId, region } = cluster.settings;
  return openUcloud({ baseUrl, credentials, projectId, region, ctx });
}

/** What programs that speak to UCloud find the keys by. */
export function environmentOf({ publicKey, privateKey }: KeyPair): Record<string, Secret> {
  return { UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey };
}
