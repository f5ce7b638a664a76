import { defineAction } from '../action.js';
import { name, neededId } from '../../params/shared-params.js';
import { text } from '../../params/param.js';

export const updateSubnetAttribute = defineAction({
  name: 'UpdateSubnetAttribute',
  summary: 'Changes the name or tag of a subnet.',
  params: { SubnetId: neededId(), Name: name(), Tag: text({ max: 63 }) },
  handle({ SubnetId, Name, Tag }, scope) {
    const subnet = scope.need('subnet', SubnetId);
    scope.put('subnet', { ...subnet, name: Name ?? subnet.name, tag: Tag ?? subnet.tag });
  },
});
