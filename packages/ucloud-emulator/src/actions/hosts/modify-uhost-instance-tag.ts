import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { required, text } from '../../params/param.js';

export const modifyUhostInstanceTag = defineAction({
  name: 'ModifyUHostInstanceTag',
  summary: 'Changes the tag of a host.',
  params: { UHostId: neededId(), Tag: required(text({ max: 63 })), Zone: zone() },
  handle({ UHostId, Tag }, scope) {
    scope.put('host', { ...scope.need('host', UHostId), tag: Tag });
    return { UHostId };
  },
});
