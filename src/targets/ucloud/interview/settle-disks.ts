import { diskConflicts } from '../../../ucloud/settings/disk-rules.js';
import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import type { InterviewContext, Key } from './interview-context.js';

/**
 * Types of disks follow the types of hosts that somebody chose, unless they were given: nobody should have to know which
 * machines boot from what. What cannot be settled so is refused where all settings are checked.
 */
export function settleDisks(interview: InterviewContext): void {
  if (interview.silent) return;
  for (let [conflict] = conflictsAt(interview); conflict?.fix; [conflict] = conflictsAt(interview)) {
    const { fix } = conflict;
    const keys = Object.keys(fix) as Key[];
    if (keys.some((key) => interview.isSettled(key) || interview.settings()[key] === fix[key])) return;
    interview.answer(fix as Partial<UcloudSettings>);
    interview.ctx.ui.note(`${keys.map((key) => `${key} is ${String(fix[key])}`).join(', ')}: ${conflict.text}`);
  }
}

const conflictsAt = (interview: InterviewContext) => diskConflicts(interview.settings() as UcloudSettings);
