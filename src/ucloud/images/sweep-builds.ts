import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Host, Image } from '../../clients/ucloud/host-model.js';
import type { Firewall } from '../../clients/ucloud/network-model.js';
import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { Context } from '../../context.js';
import { removeUntilGone } from '../owned/remove-until-gone.js';
import { stillThere } from '../owned/still-there.js';
import { listImages } from './built-images.js';
import { isBuildOf, readImageName, readNotes } from '../settings/image-names.js';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';

/** What builds that did not end by themselves left at UCloud. Addresses and disks go with their host. */
export interface BuildLeftovers {
  readonly hosts: readonly Host[];
  readonly firewalls: readonly Firewall[];
  /** Half made: a finished one is never left over. */
  readonly images: readonly Image[];
}

export function countLeftovers({ hosts, firewalls, images }: BuildLeftovers): number {
  return hosts.length + firewalls.length + images.length;
}

/** @param buildId of one build; without it of all builds for this cluster, none of which may be running */
export async function findLeftovers(api: UcloudApi, cluster: string, buildId?: string): Promise<BuildLeftovers> {
  const isOfBuild = isBuildOf(cluster, buildId);
  const [hosts, firewalls, images] = await Promise.all([
    everyPage(async (page) => (await api.call('DescribeUHostInstance', page)).UHostSet),
    everyPage(async (page) => (await api.call('DescribeFirewall', page)).DataSet),
    listImages(api, 'Custom'),
  ]);
  return {
    hosts: hosts.filter(({ Name }) => isOfBuild(Name)),
    firewalls: firewalls.filter(({ Name }) => isOfBuild(Name)),
    images: images.filter((image) => isHalfMade(image, cluster, buildId)),
  };
}

function isHalfMade({ ImageName, ImageDescription, State }: Image, cluster: string, buildId: string | undefined): boolean {
  if (State === 'Available' || readImageName(ImageName)?.cluster !== cluster) return false;
  return buildId === undefined || readNotes(ImageDescription).build === buildId;
}

interface Sweep {
  readonly clock: Context['clock'];
  readonly signal: AbortSignal;
  readonly report: (text: string) => void;
}

/**
 * Removes it all; things that go in the meantime are fine.
 * @throws OutcomeError `not-removed` for what does not go.
 */
export async function removeLeftovers(api: UcloudApi, { hosts, firewalls, images }: BuildLeftovers, sweep: Sweep): Promise<void> {
  // A host that an image is being made of should not go first: UCloud reads its disk.
  await mapBounded(images, REQUESTS_AT_ONCE, (image) => removeImage(api, image, sweep));
  for (const { UHostId, Name } of hosts) sweep.report(`removing temporary host ${UHostId} (${Name})`);
  for (const { FWId, Name } of firewalls) sweep.report(`removing firewall ${FWId} (${Name})`);
  const ids = { hosts: hosts.map(({ UHostId }) => UHostId), firewalls: firewalls.map(({ FWId }) => FWId) };
  await removeUntilGone(api, {
    whose: 'builds that ended early',
    listRemaining: () => stillThere(api, ids, sweep.signal),
    clock: sweep.clock,
    signal: sweep.signal,
    line: sweep.report,
    next: hint`${nomadctl`build-images`}   tries again; or delete it in the console of UCloud`,
  });
}

async function removeImage(api: UcloudApi, { ImageId, ImageName }: Image, { report }: Sweep): Promise<void> {
  report(`removing half-made image ${ImageId} (${ImageName})`);
  await api.call('TerminateCustomImage', { ImageId }).catch(async (error: unknown) => {
    if (await imageIsThere(api, ImageId)) throw error;
  });
}

async function imageIsThere(api: UcloudApi, ImageId: string): Promise<boolean> {
  return (await api.call('DescribeImage', { ImageId })).ImageSet.length > 0;
}
