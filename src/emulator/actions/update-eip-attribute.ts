import { defineAction } from '../action.js';
import { name, neededId, remark } from '../given.js';
import { text } from '../param.js';

export const updateEipAttribute = defineAction({
  name: 'UpdateEIPAttribute',
  summary: 'Changes the name, tag or remark of a public address.',
  params: { EIPId: neededId(), Name: name(), Tag: text({ max: 63 }), Remark: remark() },
  handle({ EIPId, Name, Tag, Remark }, scope) {
    const eip = scope.need('eip', EIPId);
    scope.put('eip', { ...eip, name: Name ?? eip.name, tag: Tag ?? eip.tag, remark: Remark ?? eip.remark });
  },
});
