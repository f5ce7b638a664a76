import { diskConflicts } from '../../../ucloud/settings/disk-rules.js';
import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import type { Desk, Key } from './interview-context.js';

/**
 * Types of disks follow the types of hosts that somebody chose, unless they were given: nobody should have to know which
 * machines boot from what. What cannot be settled so is refused where all settings are checked.
 */
export function settleDisks(desk: Desk): void {
  if (desk.silent) return;
  for (let [conflict] = conflictsAt(desk); conflict?.mend; [conflict] = conflictsAt(desk)) {
    const { mend } = conflict;
    const keys = Object.keys(mend) as Key[];
    if (keys.some((key) => desk.isSettled(key) || desk.settings()[key] === mend[key])) return;
    desk.answer(mend as Partial<UcloudSettings>);
    desk.ctx.ui.note(`${keys.map((key) => `${key} is ${String(mend[key])}`).join(', ')}: ${conflict.text}`);
  }
}

const conflictsAt = (desk: Desk) => diskConflicts(desk.settings() as UcloudSettings);
