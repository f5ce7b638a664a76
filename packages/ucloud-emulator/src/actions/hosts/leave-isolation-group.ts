import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const leaveIsolationGroup = defineAction({
  name: 'LeaveIsolationGroup',
  summary: 'Takes a host out of its isolation group.',
  params: { GroupId: neededId(), UHostId: neededId(), Zone: zone() },
  handle({ GroupId, UHostId }, scope) {
    const host = scope.need('host', UHostId);
    if (host.isolationGroup !== GroupId) throw new Refusal(retCodes.paramInvalid, `UHost [${UHostId}] is not in [${GroupId}]`);
    scope.put('host', { ...host, isolationGroup: '' });
    return { UHostId };
  },
});
