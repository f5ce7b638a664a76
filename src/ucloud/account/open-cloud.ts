import type { KeysOrigin } from '../../clients/ucloud/ret-codes.js';
import { openUcloud, type UcloudApi, type UcloudKeys } from '../../clients/ucloud/ucloud-api.js';
import { readSecrets } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { keysFromEnvironment } from './environment-keys.js';
import { refuseMove } from './refuse-move.js';
import type { UcloudCluster } from '../ucloud-subject.js';

type CloudContext = Pick<Context, 'env' | 'redact' | 'signal' | 'clock'>;

/**
 * UCloud as a cluster's steps use it: its address, project and region, with the keys of the environment, or else those
 * that `init` kept.
 * @throws PrerequisiteError `ucloud-keys-missing`; UsageError `cluster-moved` when the settings point away from what is there.
 */
export async function ucloudOf(cluster: UcloudCluster, ctx: CloudContext): Promise<UcloudApi> {
  await refuseMove(cluster);
  const credentials = await keysOf(cluster, ctx);
  const { baseUrl, projectId, region } = cluster.settings;
  return openUcloud({ baseUrl, credentials, projectId, region, ctx });
}

/** The keys themselves, for the environment of terraform and packer (`environmentOf`). Never put them into argv or a file. */
export async function keysOf(cluster: UcloudCluster, ctx: Pick<Context, 'env' | 'redact'>): Promise<UcloudKeys> {
  const { keys, where = '' } = keysFromEnvironment(ctx.env);
  const secrets = keys ? {} : await readSecrets(cluster.paths, ctx);
  const kept =
    secrets.ucloudPublicKey && secrets.ucloudPrivateKey
      ? { publicKey: secrets.ucloudPublicKey, privateKey: secrets.ucloudPrivateKey, origin: keptOrigin(cluster) }
      : undefined;
  const found = keys ? { ...keys, origin: environmentOrigin(where, cluster.name) } : kept;
  if (found === undefined) {
    throw new PrerequisiteError(`the keys to UCloud are missing for cluster ${cluster.name}`, {
      code: 'ucloud-keys-missing',
      why: 'neither UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY are set, nor did nomadctl init keep any',
      next: `nomadctl init ${cluster.name}`,
    });
  }
  ctx.redact.add(found.privateKey);
  return found;
}

/** Keys of the environment are stronger than any that `init` asks for. */
export function environmentOrigin(where: string, cluster: string): KeysOrigin {
  return { where, next: `unset ${where.replace(' and ', ' ')} && nomadctl init ${cluster}` };
}

export function keptOrigin({ name, paths }: Pick<UcloudCluster, 'name' | 'paths'>): KeysOrigin {
  return { where: paths.secrets, next: `nomadctl init ${name}` };
}

/** What programs that speak to UCloud find the keys by. */
export function environmentOf({ publicKey, privateKey }: UcloudKeys): Record<string, string> {
  return { UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey };
}
