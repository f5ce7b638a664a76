import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { clusterNames } from '../../config/current-cluster.js';
import { loadCluster } from '../../config/load-cluster.js';
import type { Context } from '../../context.js';
import { readJournal } from '../../engine/journal.js';
import { baseProblem, plainName } from '../../ucloud/images/base-image.js';
import { listImages, ownImages } from '../../ucloud/images/built-images.js';
import type { ImageRow } from '../../ucloud/images/prunable.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import { tagOf } from '../../ucloud/cluster-tag.js';
import { overridesOf } from './images-plan.js';
import { ucloudOptions, type UcloudSettings } from '../../ucloud/settings/options.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export type { ImageRow } from '../../ucloud/images/prunable.js';
export { prunable, reasonToKeep } from '../../ucloud/images/prunable.js';

/** A cluster of this user, as far as it can be read. */
interface KnownCluster {
  readonly name: string;
  readonly state: Partial<UcloudState>;
  readonly named: readonly string[];
}

/**
 * Lists the images that nomadctl built in a cluster's project and region, for any cluster, newest first, with their users.
 * UCloud does not tell a host's image; our journals do. When a cluster has hosts that no journal here knows, all its images
 * count as used.
 */
export async function imageRows(ctx: Context, cluster: UcloudTargetCluster): Promise<ImageRow[]> {
  const api = await ucloudOf(cluster, ctx);
  const [images, known, strangers] = await Promise.all([listImages(api, 'Custom'), knownClusters(ctx), hostsByTag(api)]);
  const recorded = new Set(known.flatMap(({ state }) => state.hosts ?? []).map(({ id }) => id));
  return ownImages(images).map((image) => {
    const unknown = (strangers.get(tagOf({ name: image.cluster })) ?? []).filter((id) => !recorded.has(id)).length;
    const hosts = known.flatMap(({ name, state }) => {
      const using = (state.hosts ?? []).filter(({ imageId }) => imageId === image.id).map((host) => host.name);
      return using.length === 0 ? [] : [`${name}: ${using.join(', ')}`];
    });
    const named = known.filter((other) => other.named.includes(image.id)).map(({ name }) => `named in the file of ${name}`);
    const perhaps = unknown === 0 ? [] : [`perhaps ${unknown} hosts of ${image.cluster} that are not known here`];
    const current = known.some(({ state }) => Object.values(state.images ?? {}).some(({ id }) => id === image.id));
    return { ...image, usedBy: [...hosts, ...named, ...perhaps], current };
  });
}

async function knownClusters(ctx: Context): Promise<KnownCluster[]> {
  const names = await clusterNames(ctx.paths);
  return mapBounded(names, REQUESTS_AT_ONCE, async (name) => {
    // A cluster whose file or journal cannot be read must not hide the others: its hosts then count as strangers.
    const journal = await readJournal(ctx.paths.cluster(name).journal, name).catch(() => undefined);
    const target = { id: 'ucloud', title: 'UCloud', options: ucloudOptions };
    const loaded = await loadCluster(ctx, { name, targets: [target], isOneOfMany: true }).catch(() => undefined);
    const named = loaded ? Object.values(overridesOf(loaded.cluster.settings as unknown as UcloudSettings)) : [];
    return { name, state: (journal?.state ?? {}) as Partial<UcloudState>, named };
  });
}

async function hostsByTag(api: UcloudApi): Promise<Map<string, string[]>> {
  const hosts = await everyPage(async (page) => (await api.call('DescribeUHostInstance', page)).UHostSet);
  const byTag = new Map<string, string[]>();
  for (const { Tag, UHostId } of hosts) byTag.set(Tag, [...(byTag.get(Tag) ?? []), UHostId]);
  return byTag;
}

/** An image of UCloud's own. */
export interface BaseRow {
  readonly id: string;
  readonly name: string;
  /** In GB. */
  readonly size: number;
  readonly createdAt: number;
  /** Why nothing can be built on it; absent when it can. */
  readonly unfit?: string;
}

/** Base images of a cluster's region, newest first. @param os part of the name: `debian` */
export async function baseRows(ctx: Context, cluster: UcloudTargetCluster, os: string): Promise<BaseRow[]> {
  const images = await listImages(await ucloudOf(cluster, ctx), 'Base');
  return images
    .filter(({ ImageName, OsName }) => `${ImageName} ${OsName}`.toLowerCase().includes(os.toLowerCase()))
    .sort((a, b) => b.CreateTime - a.CreateTime)
    .map((image) => {
      const unfit = baseProblem(image, cluster.settings.bootDiskType);
      const { ImageId, ImageSize, CreateTime } = image;
      return { id: ImageId, name: plainName(image), size: ImageSize, createdAt: CreateTime * 1000, ...(unfit ? { unfit } : {}) };
    });
}
