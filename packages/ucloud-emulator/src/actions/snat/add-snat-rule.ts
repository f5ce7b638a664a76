import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkSnat, snatParams } from '../../model/networks/snat-rule.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const addSnatRule = defineAction({
  name: 'AddSnatRule',
  summary: 'Says through which address of a NAT gateway a host goes out.',
  params: { NATGWId: neededId(), ...snatParams },
  handle({ NATGWId, SourceIp, SnatIp, Name }, scope) {
    checkSnat(scope, scope.need('natGateway', NATGWId), { SourceIp, SnatIp });
    if (scope.owned('snatRule', NATGWId).some(({ sourceIp }) => sourceIp === SourceIp))
      throw new Refusal(retCodes.inUse, `NAT gateway [${NATGWId}] has a SNAT rule for [${SourceIp}] already`);
    scope.put('snatRule', {
      ...scope.create('snatRule', { name: Name ?? '出口规则' }),
      gateway: NATGWId,
      sourceIp: SourceIp,
      snatIp: SnatIp,
    });
  },
});
