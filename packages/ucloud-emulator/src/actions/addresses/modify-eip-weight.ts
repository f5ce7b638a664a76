import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { integer, required } from '../../params/param.js';

export const modifyEipWeight = defineAction({
  name: 'ModifyEIPWeight',
  summary: 'Changes the weight of a public address: the heaviest one of a host is its way out.',
  params: { EIPId: neededId(), Weight: required(integer({ min: 0, max: 100 })) },
  handle({ EIPId, Weight }, scope) {
    scope.put('eip', { ...scope.need('eip', EIPId), weight: Weight });
  },
});
