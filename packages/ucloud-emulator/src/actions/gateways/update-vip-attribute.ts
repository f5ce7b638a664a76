import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { attributes, changeAttributes } from '../../model/attributes.js';

export const updateVipAttribute = defineAction({
  name: 'UpdateVIPAttribute',
  summary: 'Changes the name, tag or remark of a private address that can move.',
  params: { VIPId: neededId(), ...attributes },
  handle: ({ VIPId, ...asked }, scope) => changeAttributes(scope, ['vip', VIPId], asked),
});
