import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { UcloudSettings } from '../settings/options.js';
import { sizeOf } from '../settings/instance-type.js';

/** GB: the smallest boot disk; its size decides nothing about stock. */
const BOOT_DISK = 20;

/**
 * The first of a cluster's zones that has temporary hosts in stock; of the region's when it names none. UCloud has no way to
 * ask for quota.
 * @throws PrerequisiteError `sold-out`, or `zone-unknown` for a zone that the region does not have.
 */
export async function findZone(api: UcloudApi, settings: UcloudSettings, imageId: string): Promise<string> {
  const zones = await zonesOf(api, settings);
  for (const zone of zones) if (await isInStock(api, settings, { zone, imageId })) return zone;
  throw new PrerequisiteError(`no host of type ${settings.buildType} can be had to build images on`, {
    code: 'sold-out',
    why: `UCloud has none in stock in ${zones.join(', ')}`,
    next: hint`${nomadctl`config set buildType <type>`}   for another type`,
  });
}

async function zonesOf(api: UcloudApi, { zones, region }: UcloudSettings): Promise<readonly string[]> {
  const { Regions } = await api.call('GetRegion', {});
  const offered = Regions.filter((entry) => entry.Region === region).map(({ Zone }) => Zone);
  const unknown = zones.find((zone) => !offered.includes(zone));
  if (unknown === undefined && offered.length > 0) return zones.length > 0 ? zones : offered;
  throw new PrerequisiteError(unknown === undefined ? `there is no region ${region}` : `zone ${unknown} is not in region ${region}`, {
    code: 'zone-unknown',
    why: offered.length > 0 ? `its zones are ${offered.join(', ')}` : 'these keys see no zone of it',
    next: nomadctl`config set zones ${offered[0] ?? '<zone>'}`,
  });
}

async function isInStock(api: UcloudApi, settings: UcloudSettings, place: { zone: string; imageId: string }): Promise<boolean> {
  const Disks = [{ IsBoot: true, Type: settings.bootDiskType.toUpperCase(), Size: BOOT_DISK }];
  const request = { Zone: place.zone, ImageId: place.imageId, ...sizeOf(settings.buildType), Disks };
  try {
    return (await api.call('CheckUHostResourceCapacity', request)).ResourceEnough;
  } catch (error) {
    // Gateways of some regions do not know the question (161, 160): creating will tell.
    if (isRefusal(error, 160, 161)) return true;
    throw error;
  }
}
