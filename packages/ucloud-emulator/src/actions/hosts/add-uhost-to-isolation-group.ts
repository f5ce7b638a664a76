import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { checkGroup } from '../../model/hosts/isolation-group.js';
import { needState } from '../../model/host-states.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const addUhostToIsolationGroup = defineAction({
  name: 'AddUHostToIsolationGroup',
  summary: 'Puts a stopped host that is in no isolation group into one.',
  params: { GroupId: neededId(), UHostId: neededId(), Zone: zone() },
  handle({ GroupId, UHostId }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Stopped');
    if (host.isolationGroup !== '') throw new Refusal(retCodes.inUse, `UHost [${UHostId}] is in isolation group [${host.isolationGroup}]`);
    checkGroup(scope, { group: GroupId, zone: host.zone, adding: 1 });
    scope.put('host', { ...host, isolationGroup: GroupId });
    return { UHostId };
  },
});
