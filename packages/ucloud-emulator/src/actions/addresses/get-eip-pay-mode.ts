import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { someOf } from '../../params/param.js';

export const getEipPayMode = defineAction({
  name: 'GetEIPPayMode',
  summary: 'How public addresses are charged.',
  params: { EIPId: someOf(id(), { max: 100 }) },
  handle({ EIPId }, scope) {
    return { EIPPayMode: EIPId.map((eip) => ({ EIPId: eip, EIPPayMode: scope.need('eip', eip).payMode })) };
  },
});
