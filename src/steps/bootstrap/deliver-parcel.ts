import { defineStep } from '../../bootstrap/jump-host-subject.js';
import { parcelId } from '../../bootstrap/parcel.js';
import { progressIn } from '../../bootstrap/progress.js';
import { VOLUME_FILES } from '../../bootstrap/volume.js';

/** Puts what is wanted on the volume, and has the bootstrapper read it. One that is at work on just that is left alone. */
export const deliverParcelStep = defineStep({
  id: 'deliver-parcel',
  title: 'Delivering parameters and secrets to the volume',
  isDone: async ({ bootstrapper, parcel }) => {
    const isThere = (await bootstrapper.read(VOLUME_FILES.parcel)).text === parcel;
    if (!isThere) return { done: false, because: 'not delivered yet' };
    const { run } = progressIn((await bootstrapper.read(VOLUME_FILES.journal)).text, undefined);
    const isOn = (await bootstrapper.find())?.isRunning === true;
    const isAboutIt = run?.plan.endsWith(parcelId(parcel)) === true && (run.outcome === 'running' || run.outcome === 'succeeded');
    return isOn && isAboutIt ? { done: true, detail: 'it is at work' } : { done: false, because: 'it is not at work' };
  },
  run: async ({ bootstrapper, parcel }, io) => {
    await bootstrapper.write(VOLUME_FILES.parcel, parcel);
    await bootstrapper.restart((text) => io.line(text));
  },
});
