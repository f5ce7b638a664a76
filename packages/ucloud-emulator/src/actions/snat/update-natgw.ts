import { defineAction } from '../action.js';
import { name, neededId } from '../../params/shared-params.js';
import { attributes, changeAttributes } from '../../model/attributes.js';

export const updateNatgw = defineAction({
  name: 'UpdateNATGW',
  summary: 'Changes the name, tag or remark of a NAT gateway.',
  params: { NATGWId: neededId(), NATGWName: name(), Tag: attributes.Tag, Remark: attributes.Remark },
  handle: ({ NATGWId, NATGWName, ...asked }, scope) => changeAttributes(scope, ['natGateway', NATGWId], { Name: NATGWName, ...asked }),
});
