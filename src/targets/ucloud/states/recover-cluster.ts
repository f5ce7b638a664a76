import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { openUcloud } from '../../../clients/ucloud/ucloud-api.js';
import { renderClusterFile } from '../../../config/render-cluster-file.js';
import type { Context } from '../../../context.js';
import { OutcomeError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { didYouMean } from '@nomadctl/base/suggest';
import type { OptionValue } from '../../../options/option.js';
import { resolveOptions, settled } from '../../../options/resolve.js';
import { readManagementTokens } from '../../../security/cluster-secrets.js';
import { readableState } from '../../../terraform/inventory.js';
import { markGone } from '../../../terraform/kept-states.js';
import { rootOf } from '../../../terraform/root.js';
import { keysOf } from '../../../ucloud/account/find-keys.js';
import { clustersAtCloud, inferCluster, type InferredCluster } from '../../../ucloud/recovery/infer-settings.js';
import { markSecured } from '../../../ucloud/security/profile.js';
import { resourcesThere } from '../../../ucloud/terraform/state-drift.js';
import { ucloudOptions } from '../../../ucloud/settings/options.js';
import { sshPathsOf } from '../../../machines/ssh-key.js';

/** Where to look: the settings that no resource tells. */
export const placeOptions = {
  projectId: ucloudOptions.projectId,
  region: ucloudOptions.region,
  baseUrl: ucloudOptions.baseUrl,
} as const;

export interface FoundCluster extends InferredCluster {
  /** The text of a cluster file that makes the same. */
  readonly file: string;
  /** What would be taken in: `uhost-abc (prod-client-2)`. */
  readonly takesIn: readonly string[];
}

interface Wanted {
  readonly name: string;
  readonly paths: ClusterPaths;
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Finds a cluster at UCloud by its tag, and writes down what it was made from. Changes nothing.
 * @throws AnswerNeededError for a project that nobody names; OutcomeError `cluster-not-found` with those that are there
 */
export async function findCluster({ name, paths, flags }: Wanted, ctx: Context): Promise<FoundCluster> {
  const place = settled(resolveOptions(placeOptions, { flags, env: ctx.env }), placeOptions, nomadctl`state recover --help`);
  const credentials = await keysOf({ name, paths }, ctx).catch((error: unknown) => {
    // Nobody is to make another cluster file on the way to the keys.
    if (error instanceof PrerequisiteError) error.next = hint`set UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY, then ${again()}`;
    throw error;
  });
  const api = openUcloud({ ...place, credentials, ctx });
  const found = await inferCluster(api, name, { place, signal: ctx.signal });
  if (found.hosts.length + found.owned.vpcs.length === 0) {
    const others = await clustersAtCloud(api, ctx.signal);
    throw new OutcomeError(`nothing at UCloud has the tag of cluster ${name}${didYouMean(name, others)}`, {
      code: 'cluster-not-found',
      why: `looked in ${place.projectId}, ${place.region}; ${others.length === 0 ? 'no cluster of nomadctl has anything there' : `there is ${others.join(', ')}`}`,
      next: others[0] === undefined ? nomadctl`state recover ${name} --region <region>` : nomadctl`state recover ${others[0]}`,
    });
  }
  const values = { ...place, ...found.settings } as Record<string, OptionValue>;
  const file = renderClusterFile({ name, target: 'ucloud', schema: paths.schema, values }, ucloudOptions);
  return { ...found, file, takesIn: [...resourcesThere(found.owned, name).values()] };
}

/** Before anything is taken in: a state that cannot be read goes aside, and what was copied of it is of an earlier life. */
export async function clearTheWay(
  paths: ClusterPaths,
  { profile, ctx }: { profile: string; ctx: Pick<Context, 'clock'> },
): Promise<string[]> {
  const aside: string[] = [];
  for (const name of ['network', 'cluster'] as const) {
    const root = rootOf(paths, name);
    const text = await readIfThere(root.state);
    if (text !== undefined && readableState(text)) continue;
    if (text !== undefined) {
      const place = `${root.state}.${ctx.clock.now()}.damaged`;
      await rename(root.state, place);
      aside.push(place);
    }
    await markGone({ root, ctx });
  }
  if (profile === 'secure') await markSecured(paths);
  return aside;
}

/** What UCloud does not keep, and what there is to do about it: a sentence each. */
export async function lostForGood(
  cluster: { readonly name: string; readonly paths: ClusterPaths },
  profile: string,
  ctx: Pick<Context, 'redact'>,
): Promise<string[]> {
  const lost: string[] = [];
  if (!existsSync(sshPathsOf(cluster.paths).privateKey)) lost.push('the key that opens its hosts');
  if (profile === 'secure') {
    const tokens = await readManagementTokens({ paths: cluster.paths, redact: ctx.redact }).catch(() => ({}));
    if (Object.keys(tokens).length < 2) lost.push("its authority's key, its gossip keys and its tokens");
  }
  return lost;
}

/** The command after a recovery. */
export const nextAfterRecovery = (name: string, lost: readonly string[]) =>
  lost.length === 0
    ? nomadctl`up ${name}`
    : hint`${nomadctl`state backup restore <id> --from <folder> --only files`}   puts them back from a backup`;
