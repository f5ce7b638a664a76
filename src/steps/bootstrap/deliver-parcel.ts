import { deliver, findContainer, readVolume, restart } from '../../bootstrap/docker/bootstrapper.js';
import { parcelId } from '../../bootstrap/parcel.js';
import { progressIn } from '../../bootstrap/progress.js';
import { VOLUME_PLACES } from '../../bootstrap/volume.js';
import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** Puts what is wanted on the volume, and has the container read it. One that is at work on just that is left alone. */
export const deliverParcelStep = defineStep({
  id: 'deliver-parcel',
  title: 'Delivering parameters and secrets to the volume',
  isDone: async (at) => {
    const isThere = (await readVolume(at, at.cluster, VOLUME_PLACES.parcel)) === at.parcel;
    if (!isThere) return { done: false, because: 'not delivered yet' };
    const { run } = progressIn(await readVolume(at, at.cluster, VOLUME_PLACES.journal), undefined);
    const isOn = (await findContainer(at, at.cluster))?.status === 'running';
    const isAboutIt = run?.plan.endsWith(parcelId(at.parcel)) === true && (run.outcome === 'running' || run.outcome === 'succeeded');
    return isOn && isAboutIt ? { done: true, detail: 'it is at work' } : { done: false, because: 'it is not at work' };
  },
  run: async (at) => {
    await deliver(at, at.cluster, at.parcel);
    await restart(at, at.cluster);
  },
});
