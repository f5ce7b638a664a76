import { PrerequisiteError } from '@nomadctl/base/errors';
import { suggest } from '@nomadctl/base/suggest';
import { setCommand } from '../../options/conflict.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { formatClientClass, type ClientClass } from '../../ucloud/settings/client-classes.js';
import { classesOf } from '../../ucloud/settings/wanted-hosts.js';
import { defineStep, type UcloudCluster, type UcloudContext } from '../../ucloud/ucloud-subject.js';

const MOST_ZONES = 3;

/** Tries the keys, and looks which zones hosts can go to. */
export const checkCloudStep = defineStep({
  id: 'check-cloud',
  title: 'Checking keys and zones',
  provides: ['zones'],
  inputs: ({ cluster: { settings } }) => ({ zones: settings.zones, region: settings.region, project: settings.projectId }),
  async isDone(at) {
    const zones = await zonesOf(at);
    if (at.state.zones && at.state.zones.join() !== zones.join()) return { done: false, because: `zones are now ${zones.join(', ')}` };
    return { done: true, state: { zones }, detail: detailOf(zones) };
  },
  async run(at) {
    const zones = await zonesOf(at);
    return { state: { zones }, detail: detailOf(zones) };
  },
});

/** @throws PrerequisiteError for a region or zone that the keys do not reach. */
async function zonesOf(at: UcloudContext): Promise<string[]> {
  const { cluster, signal } = at;
  const { region, zones: asked } = cluster.settings;
  const { Regions } = await (await ucloudOf(cluster, at)).call('GetRegion', {}, { signal });
  const offered = Regions.filter(({ Region }) => Region === region).map(({ Zone }) => Zone);
  if (offered.length === 0) {
    const regions = [...new Set(Regions.map(({ Region }) => Region))];
    throw new PrerequisiteError(`there is no region ${region}`, {
      code: 'region-unknown',
      why: `these keys reach ${regions.join(', ')}`,
      next: setCommand(cluster.name, { region: suggest(region, regions) ?? regions[0] ?? '<name>', zones: '' }),
    });
  }
  const unknown = asked.filter((zone) => !offered.includes(zone));
  if (unknown.length > 0) throw noZone(unknown, { offered, cluster });
  refuseClassZones(cluster, offered);
  return asked.length > 0 ? [...asked] : offered.slice(0, MOST_ZONES);
}

/** @throws PrerequisiteError for a zone of a class of clients that the region does not have. */
function refuseClassZones({ name, settings }: UcloudCluster, offered: readonly string[]): void {
  for (const one of classesOf(settings)) {
    const unknown = (one.zones ?? []).filter((zone) => !offered.includes(zone));
    if (unknown.length === 0) continue;
    throw new PrerequisiteError(`there is no zone ${unknown.join(', ')} in ${settings.region} for class ${one.name} of clientClasses`, {
      code: 'zones-unknown',
      why: `${settings.region} has ${offered.join(', ')}`,
      next: setCommand(name, {
        clientClasses: classesOf(settings).map((each) => formatClientClass(each === one ? withZones(one, offered) : each)),
      }),
    });
  }
}

function withZones(one: ClientClass, offered: readonly string[]): ClientClass {
  const good = (one.zones ?? []).filter((zone) => offered.includes(zone));
  return { ...one, zones: good.length > 0 ? good : offered.slice(0, one.zones?.length) };
}

/** Others of the region take the place of those that are not there. */
function noZone(
  unknown: readonly string[],
  { offered, cluster }: { offered: readonly string[]; cluster: UcloudCluster },
): PrerequisiteError {
  const { region, zones } = cluster.settings;
  const good = zones.filter((zone) => offered.includes(zone));
  const others = offered.filter((zone) => !good.includes(zone));
  return new PrerequisiteError(`there is no zone ${unknown.join(', ')} in ${region}`, {
    code: 'zones-unknown',
    why: `${region} has ${offered.join(', ')}`,
    next: setCommand(cluster.name, { zones: [...good, ...others].slice(0, zones.length) }),
  });
}

function detailOf(zones: readonly string[]): string {
  const few =
    zones.length < MOST_ZONES ? `; servers share ${zones.length === 1 ? 'one zone' : 'two zones'}, so losing one may stop the cluster` : '';
  return `${zones.join(', ')}${few}`;
}
