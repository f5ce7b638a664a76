import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { attributes, changeAttributes } from '../../model/attributes.js';

export const updateUlbAttribute = defineAction({
  name: 'UpdateULBAttribute',
  summary: 'Changes the name, tag or remark of a load balancer.',
  params: { ULBId: neededId(), ...attributes },
  handle: ({ ULBId, ...asked }, scope) => changeAttributes(scope, ['ulb', ULBId], asked),
});
