import { stepsFor } from '../../engine/step.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Root } from '../../terraform/root.js';
import { restoreFiles } from '../../state/backup/restore-backup.js';
import type { RestorePlan } from '../../state/backup/restore-plan.js';

const { defineStep } = stepsFor<object, object>();

/** Puts states, files and secrets back. */
export function restoreFilesStep(plan: RestorePlan, where: { readonly paths: ClusterPaths; readonly roots: readonly Root[] }) {
  return defineStep({
    id: 'restore-files',
    title: 'Putting back states and files',
    async run({ clock, redact }, io) {
      await restoreFiles(plan, { ...where, clock, redact }, io.line);
      const count = plan.states.size + plan.files.size;
      return { detail: `${count} file${count === 1 ? '' : 's'}` };
    },
  });
}
