import { setTimeout as delay } from 'node:timers/promises';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../bootstrap/jump-host-subject.js';
import { parcelId } from '../../bootstrap/parcel.js';
import { pauseOf } from '../../bootstrap/place.js';
import { readProgress } from '../../bootstrap/read-progress.js';

/** Until the bootstrapper has done what was delivered. Who leaves before that may come back: it goes on by itself. */
export const followBootstrapperStep = defineStep({
  id: 'follow-bootstrapper',
  title: 'Following the bootstrapper',
  run: async ({ bootstrapper, cluster, parcel, signal }, io) => {
    const id = parcelId(parcel);
    const { noun, name } = bootstrapper;
    const next = hint`${bootstrapper.logs}   tells all; ${again()}   goes on`;
    for (;;) {
      const found = await bootstrapper.find();
      const { run, steps } = await readProgress(bootstrapper, cluster);
      const isMine = run?.plan.endsWith(id) === true;
      if (isMine && run.outcome === 'succeeded') return;
      const failed = steps.find(({ status }) => status === 'failed');
      if (isMine && run.outcome === 'failed') {
        throw new OutcomeError(`the bootstrapper failed at ${failed?.id ?? 'its beginning'}`, {
          code: 'bootstrap-failed',
          why: failed?.error ?? 'its log says why',
          next,
        });
      }
      if (found === undefined || found.isOver) {
        throw new OutcomeError(`the ${noun} ${name} ${found ? 'was stopped' : 'is gone'}`, {
          code: 'bootstrap-stopped',
          why: 'its volume has what was done so far',
          next,
        });
      }
      const now = steps.filter(({ status }) => status === 'running').at(-1);
      if (!found.isRunning) io.line(`the ${noun} is ${found.status}`);
      else if (now) io.line(now.id);
      await delay(pauseOf(bootstrapper), undefined, { signal });
    }
  },
});
