import { OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { VOLUME, VOLUME_FILES } from '../volume.js';
import { readInPod } from './exec-in-pod.js';
import { endPods } from './remove-objects.js';
import { untilRunning, type RunningWait } from './until-running.js';

/** A node may have a secret of a moment ago when it starts a pod. */
const ATTEMPTS = 3;

/**
 * Another pod, which reads what was delivered; comes back when it has.
 * @param delivered absent: whatever it finds
 * @throws what `untilRunning` throws; OutcomeError `kube-not-delivered`
 */
export async function restartPod(wait: RunningWait, delivered: string | undefined, report: (text: string) => void): Promise<void> {
  const { kube, name, selector } = wait;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await endPods(kube, selector);
    await untilRunning(wait, report);
    const { text, isUnseen } = await readInPod(kube, name, `${VOLUME}/${VOLUME_FILES.parcel}`);
    if (delivered === undefined || text === delivered || isUnseen) return;
  }
  throw new OutcomeError(`the pod of ${name} does not find what was delivered`, {
    code: 'kube-not-delivered',
    why: 'its node gave it an older secret each time',
    next: again(),
  });
}
