import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteIsolationGroup = defineAction({
  name: 'DeleteIsolationGroup',
  summary: 'Deletes an isolation group that has no hosts any more.',
  params: { GroupId: neededId() },
  handle({ GroupId }, scope) {
    scope.need('isolationGroup', GroupId);
    const [member] = scope.select('host', { isolationGroup: GroupId }).slice(0, 1);
    if (member) throw new Refusal(retCodes.inUse, `Isolation group [${GroupId}] is in use by [${member.id}]`);
    scope.remove('isolationGroup', GroupId);
    return { GroupId };
  },
});
