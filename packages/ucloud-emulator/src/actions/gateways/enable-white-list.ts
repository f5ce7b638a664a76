import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { integer, required } from '../../params/param.js';

export const enableWhiteList = defineAction({
  name: 'EnableWhiteList',
  summary: 'Says whether only hosts of the white list may use a NAT gateway.',
  params: { NATGWId: neededId(), IfOpen: required(integer({ min: 0, max: 1 })) },
  handle({ NATGWId, IfOpen }, scope) {
    scope.put('natGateway', { ...scope.need('natGateway', NATGWId), whiteListOpen: IfOpen === 1 });
  },
});
