import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { attributes, changeAttributes } from '../../model/attributes.js';

export const updateEipAttribute = defineAction({
  name: 'UpdateEIPAttribute',
  summary: 'Changes the name, tag or remark of a public address.',
  params: { EIPId: neededId(), ...attributes },
  handle: ({ EIPId, ...asked }, scope) => changeAttributes(scope, ['eip', EIPId], asked),
});
