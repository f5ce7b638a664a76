import { defineAction } from '../action.js';
import { neededName, remark } from '../../params/shared-params.js';

export const createIsolationGroup = defineAction({
  name: 'CreateIsolationGroup',
  summary: 'Creates a group whose hosts run on different machines.',
  params: { GroupName: neededName(), Remark: remark() },
  handle({ GroupName, Remark }, scope) {
    return { GroupId: scope.put('isolationGroup', scope.create('isolationGroup', { name: GroupName, remark: Remark })).id };
  },
});
