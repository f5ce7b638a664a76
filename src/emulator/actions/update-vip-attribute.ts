import { defineAction } from '../action.js';
import { name, neededId, remark } from '../given.js';
import { text } from '../param.js';

export const updateVipAttribute = defineAction({
  name: 'UpdateVIPAttribute',
  summary: 'Changes the name, tag or remark of a private address that can move.',
  params: { VIPId: neededId(), Name: name(), Tag: text({ max: 63 }), Remark: remark() },
  handle({ VIPId, Name, Tag, Remark }, scope) {
    const vip = scope.need('vip', VIPId);
    scope.put('vip', { ...vip, name: Name ?? vip.name, tag: Tag ?? vip.tag, remark: Remark ?? vip.remark });
  },
});
