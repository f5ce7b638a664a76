import { defineAction } from '../action.js';
import { name, neededId, remark } from '../given.js';
import { text } from '../param.js';

export const updateUlbAttribute = defineAction({
  name: 'UpdateULBAttribute',
  summary: 'Changes the name, tag or remark of a load balancer.',
  params: { ULBId: neededId(), Name: name(), Tag: text({ max: 63 }), Remark: remark() },
  handle({ ULBId, Name, Tag, Remark }, scope) {
    const ulb = scope.need('ulb', ULBId);
    scope.put('ulb', { ...ulb, name: Name ?? ulb.name, tag: Tag ?? ulb.tag, remark: Remark ?? ulb.remark });
  },
});
