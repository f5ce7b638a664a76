import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkSnat, needSnatRule, snatParams } from '../../model/networks/snat-rule.js';

export const updateSnatRule = defineAction({
  name: 'UpdateSnatRule',
  summary: 'Changes through which address of a NAT gateway a host goes out.',
  params: { NATGWId: neededId(), ...snatParams },
  handle({ NATGWId, SourceIp, SnatIp, Name }, scope) {
    const rule = needSnatRule(scope, NATGWId, SourceIp);
    checkSnat(scope, scope.need('natGateway', NATGWId), { SourceIp, SnatIp });
    scope.put('snatRule', { ...rule, snatIp: SnatIp, name: Name ?? rule.name });
  },
});
