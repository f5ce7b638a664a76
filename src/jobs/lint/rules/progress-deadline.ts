import { groupAt, staysUp, type LintRule } from '../lint-rule.js';

const NANOSECONDS = 1e9;
/** How long `job deploy` waits by default, in seconds. */
const PATIENCE_S = 1800;

export const progressDeadline: LintRule = {
  id: 'progress-deadline',
  why: 'whoever deploys gives up before Nomad says that the deployment failed, and auto_revert comes when nobody looks any more; make it shorter',
  look: (job) =>
    staysUp(job)
      ? job.TaskGroups.flatMap((group) => {
          const seconds = (group.Update?.ProgressDeadline ?? 0) / NANOSECONDS;
          const what = `progress_deadline of group ${group.Name} is ${seconds} s, and deploy waits ${PATIENCE_S} s`;
          return seconds > PATIENCE_S ? [{ at: [groupAt(group), 'update'], what }] : [];
        })
      : [],
};
