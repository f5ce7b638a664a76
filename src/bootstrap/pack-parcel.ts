import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Context } from '../context.js';
import { readHome, type HomeFiles } from '../state/home/home-files.js';
import { rootNames } from '../terraform/root.js';
import { KEY_VARIABLES } from '../ucloud/account/find-keys.js';
import { UCLOUD_SECRETS } from '../ucloud/account/secret-names.js';
import type { Parcel } from './parcel.js';

/** Variables by which terraform's backends are let in; they have no other place. */
const CREDENTIALS = [
  ...['NOMADCTL_STATE_TOKEN', 'CONSUL_HTTP_TOKEN', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['TF_HTTP_USERNAME', 'TF_HTTP_PASSWORD'],
];

export interface PackRequest {
  readonly cluster: string;
  readonly paths: ClusterPaths;
  /** Whether the cluster's states are kept in its folder. */
  readonly keepsStates: boolean;
  readonly until?: string | undefined;
  readonly jobs: readonly string[];
}

/**
 * What a jump host delivers for `up`: the cluster's files, its keys to the cloud, which may come from variables here, and what opens
 * the backend of its states.
 * @throws UsageError `bootstrap-states-here` where this computer has states that the bootstrapper would make a second time
 */
export async function packParcel(
  { paths, cluster, keepsStates, until, jobs }: PackRequest,
  { env }: Pick<Context, 'env'>,
): Promise<Parcel> {
  const own = rootNames.map((root) => join(paths.dir, 'terraform', root, 'terraform.tfstate')).find((file) => existsSync(file));
  if (keepsStates && own !== undefined) {
    throw new UsageError(`cluster ${cluster} was made from this computer, which has its states`, {
      code: 'bootstrap-states-here',
      why: [`${own} is one of them`, 'a bootstrapper without them would make everything a second time'],
      next: hint`${nomadctl`state backend consul --address <url>`} && ${nomadctl`state migrate ${cluster}`}   keep them where both can work`,
    });
  }
  return {
    version: 1,
    want: 'up',
    cluster,
    ...(until === undefined ? {} : { until }),
    jobs,
    files: withKeys(await readHome(paths), env),
    environment: packEnvironment({ env }),
  };
}

/** What opens the backend of states, from the jump host's environment. */
export function packEnvironment({ env }: Pick<Context, 'env'>): Readonly<Record<string, string>> {
  return Object.fromEntries(CREDENTIALS.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Keys of the jump host's environment go into the secrets file on the volume: a container's variables are shown to whoever asks docker. */
function withKeys(files: HomeFiles, env: Context['env']): HomeFiles {
  const pair = KEY_VARIABLES.find((names) => names.every((name) => env[name]?.trim()));
  if (pair === undefined) return files;
  const [publicKey, privateKey] = pair.map((name) => env[name]?.trim());
  const known = files['secrets.json'];
  const before = known === undefined ? {} : (JSON.parse(Buffer.from(known.content, 'base64').toString('utf8')) as object);
  const text = JSON.stringify({ ...before, [UCLOUD_SECRETS.publicKey]: publicKey, [UCLOUD_SECRETS.privateKey]: privateKey });
  return { ...files, 'secrets.json': { content: Buffer.from(text).toString('base64'), mode: 0o600 } };
}
