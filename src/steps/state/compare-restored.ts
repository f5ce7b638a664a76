import { stepsFor } from '../../engine/step.js';
import { refuseDifferences } from '../../state/backup/restore-backup.js';
import type { RestorePlan } from '../../state/backup/restore-plan.js';

const { defineStep } = stepsFor<object, object>();

/** Reads everything once more, and compares it with what was to be put back. */
export function compareRestoredStep(id: string, look: () => Promise<RestorePlan>) {
  return defineStep({
    id: 'compare-restored',
    title: 'Comparing with the backup',
    async run() {
      const { rows } = await look();
      refuseDifferences({ rows }, id);
      return { detail: 'all is as the backup has it' };
    },
  });
}
