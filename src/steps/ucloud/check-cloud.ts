import { PrerequisiteError } from '../../errors.js';
import { ucloudOf } from '../../ucloud/open-cloud.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

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
    throw missing(`there is no region ${region}`, `these keys reach ${regions.join(', ')}`, 'region');
  }
  const unknown = asked.filter((zone) => !offered.includes(zone));
  if (unknown.length > 0) throw missing(`there is no zone ${unknown.join(', ')}`, `${region} has ${offered.join(', ')}`, 'zones');
  return asked.length > 0 ? [...asked] : offered.slice(0, MOST_ZONES);
}

function missing(message: string, why: string, key: string): PrerequisiteError {
  return new PrerequisiteError(message, { code: `${key}-unknown`, why, next: `nomadctl config set ${key} <name>` });
}

function detailOf(zones: readonly string[]): string {
  const few =
    zones.length < MOST_ZONES ? `; servers share ${zones.length === 1 ? 'one zone' : 'two zones'}, so losing one may stop the cluster` : '';
  return `${zones.join(', ')}${few}`;
}
