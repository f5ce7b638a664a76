import { setTimeout as delay } from 'node:timers/promises';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import { findContainer, nameOf, readVolume } from '../../bootstrap/docker/bootstrapper.js';
import { parcelId } from '../../bootstrap/parcel.js';
import { progressIn } from '../../bootstrap/progress.js';
import { clusterJournal, VOLUME_PLACES } from '../../bootstrap/volume.js';
import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** A volume tells nobody that a file of it has changed: it is looked at. */
const PAUSE_MS = 500;

/** Until the bootstrapper has done what was delivered. Who leaves before that may come back: it goes on by itself. */
export const followBootstrapperStep = defineStep({
  id: 'follow-bootstrapper',
  title: 'Following the bootstrapper',
  run: async (at, io) => {
    const id = parcelId(at.parcel);
    for (;;) {
      const container = await findContainer(at, at.cluster);
      const own = await readVolume(at, at.cluster, VOLUME_PLACES.journal);
      const { run, steps } = progressIn(own, await readVolume(at, at.cluster, clusterJournal(at.cluster)));
      const isMine = run?.plan.endsWith(id) === true;
      if (isMine && run.outcome === 'succeeded') return;
      const logs = hint`${shell`docker logs ${nameOf(at.cluster)}`}   tells all; ${again()}   goes on`;
      const failed = steps.find(({ status }) => status === 'failed');
      if (isMine && run.outcome === 'failed') {
        throw new OutcomeError(`the bootstrapper failed at ${failed?.id ?? 'its beginning'}`, {
          code: 'bootstrap-failed',
          why: failed?.error ?? 'its log says why',
          next: logs,
        });
      }
      if (container === undefined || container.status === 'exited') {
        throw new OutcomeError(`the container ${nameOf(at.cluster)} ${container ? 'was stopped' : 'is gone'}`, {
          code: 'bootstrap-stopped',
          why: 'its volume has what was done so far',
          next: logs,
        });
      }
      const now = steps.filter(({ status }) => status === 'running').at(-1);
      if (now) io.line(now.id);
      await delay(PAUSE_MS, undefined, { signal: at.signal });
    }
  },
});
