import { defineAction } from '../action.js';
import { neededId, neededName, zone } from '../../params/shared-params.js';

export const modifyUhostInstanceName = defineAction({
  name: 'ModifyUHostInstanceName',
  summary: 'Changes the name of a host.',
  params: { UHostId: neededId(), Name: neededName(), Zone: zone() },
  handle({ UHostId, Name }, scope) {
    scope.put('host', { ...scope.need('host', UHostId), name: Name });
    return { UHostId };
  },
});
