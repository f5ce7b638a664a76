import { defineAction } from '../action.js';
import { neededId, remark, zone } from '../../params/shared-params.js';
import { withDefault } from '../../params/param.js';

export const modifyUhostInstanceRemark = defineAction({
  name: 'ModifyUHostInstanceRemark',
  summary: 'Changes the remark of a host.',
  params: { UHostId: neededId(), Remark: withDefault(remark(), ''), Zone: zone() },
  handle({ UHostId, Remark }, scope) {
    scope.put('host', { ...scope.need('host', UHostId), remark: Remark });
    return { UHostId };
  },
});
