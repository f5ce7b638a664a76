import { Refusal, retCodes } from '../../params/refusal.js';
import type { Scope } from '../../scope/scope.js';

/** UCloud spreads a group over its machines: more hosts do not fit. */
const LARGEST_GROUP = 7;

/** @throws Refusal when the group is not there, or takes no more hosts in that zone. */
export function checkGroup(
  scope: Scope,
  { group, zone, adding }: { readonly group: string; readonly zone: string; readonly adding: number },
): void {
  scope.need('isolationGroup', group);
  if (scope.select('host', { isolationGroup: group, zone }).length + adding > LARGEST_GROUP)
    throw new Refusal(retCodes.hostQuota, `Isolation group [${group}] takes ${LARGEST_GROUP} hosts in ${zone}`);
}
