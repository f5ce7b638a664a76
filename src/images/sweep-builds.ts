import type { Host, Image } from '../clients/ucloud/host-model.js';
import type { Firewall } from '../clients/ucloud/network-model.js';
import { everyPage } from '../clients/ucloud/paging.js';
import { isRefusal } from '../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../clients/ucloud/ucloud-api.js';
import type { Context } from '../context.js';
import { OutcomeError } from '../errors.js';
import { listImages } from './built-images.js';
import { isBuildOf, readImageName, readNotes } from './image-names.js';

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
  const isOurs = isBuildOf(cluster, buildId);
  const [hosts, firewalls, images] = await Promise.all([
    everyPage(async (page) => (await api.call('DescribeUHostInstance', page)).UHostSet),
    everyPage(async (page) => (await api.call('DescribeFirewall', page)).DataSet),
    listImages(api, 'Custom'),
  ]);
  return {
    hosts: hosts.filter(({ Name }) => isOurs(Name)),
    firewalls: firewalls.filter(({ Name }) => isOurs(Name)),
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

/** Half a minute for a shutdown and as much for the cloud to settle is usual; ten minutes have been seen for local disks. */
const PATIENCE_MS = 15 * 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3000;

/** Removes it all; things that go in the meantime are fine. @throws OutcomeError `leftover-stays` for a host that does not go. */
export async function removeLeftovers(api: UcloudApi, { hosts, firewalls, images }: BuildLeftovers, sweep: Sweep): Promise<void> {
  // A host that an image is being made of should not go first: UCloud reads its disk.
  await Promise.all(images.map((image) => removeImage(api, image, sweep)));
  await Promise.all(hosts.map((host) => removeHost(api, host, sweep)));
  await Promise.all(firewalls.map((firewall) => removeFirewall(api, firewall, sweep)));
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

/** States in which a host may be deleted: https://docs.ucloud.cn/api/uhost-api/terminate_uhost_instance */
const ENDED = ['Stopped', 'Install Fail', 'ResizeFail'];

async function removeHost(api: UcloudApi, { UHostId, Name }: Host, { clock, signal, report }: Sweep): Promise<void> {
  const until = clock.now() + PATIENCE_MS;
  let pause = FIRST_PAUSE_MS;
  let state = '';
  report(`removing temporary host ${UHostId} (${Name})`);
  while (clock.now() < until) {
    const host = (await api.call('DescribeUHostInstance', { UHostIds: [UHostId] })).UHostSet[0];
    if (host === undefined) return;
    state = host.State;
    await advance(api, host);
    await clock.sleep(pause, signal);
    pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5);
  }
  throw new OutcomeError(`temporary host ${UHostId} (${Name}) does not go`, {
    code: 'leftover-stays',
    why: `it has been ${state} for ${PATIENCE_MS / 60_000} minutes`,
    next: 'nomadctl build-images   tries again; or delete it in the console of UCloud',
  });
}

/** The next thing towards its end. Nothing on it is worth a clean shutdown. A refusal means that it is changing just now. */
async function advance(api: UcloudApi, { UHostId, State }: Host): Promise<void> {
  try {
    if (ENDED.includes(State)) await api.call('TerminateUHostInstance', { UHostId, ReleaseEIP: true, ReleaseUDisk: true });
    else if (State === 'Running') await api.call('PoweroffUHostInstance', { UHostId });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

async function removeFirewall(api: UcloudApi, { FWId, Name }: Firewall, { clock, signal, report }: Sweep): Promise<void> {
  report(`removing firewall ${FWId} (${Name})`);
  // UCloud lets go of a firewall a moment after its host is gone.
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await api.call('DeleteFirewall', { FWId }));
    } catch (error) {
      const left = (await api.call('DescribeFirewall', { FWId }).catch(() => ({ DataSet: [] }))).DataSet;
      if (left.length === 0) return;
      if (attempt >= 10 || !isRefusal(error)) throw error;
      await clock.sleep(FIRST_PAUSE_MS * attempt, signal);
    }
  }
}
