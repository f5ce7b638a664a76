import { findZone } from '../../ucloud/images/find-zone.js';
import { defineStep, imagesToBuild } from '../../ucloud/images/images-state.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';

/** Chooses a zone that has temporary hosts in stock. */
export const findBuildZoneStep = defineStep({
  id: 'find-build-zone',
  title: 'Asking for stock',
  requires: ['imageWork'],
  provides: ['buildZone'],
  hideWhenDone: true,
  isDone: async (at) => (imagesToBuild(at).length === 0 ? { done: true } : { done: false, because: 'something is to be built' }),
  async run(at) {
    const [first] = imagesToBuild(at);
    const base = first && at.state.imageWork[first]?.base.id;
    const { settings } = at.cluster;
    const buildZone = await findZone(await ucloudOf(at.cluster, at), settings, base ?? '');
    return { state: { buildZone }, detail: `${settings.buildType} in ${buildZone}` };
  },
});
