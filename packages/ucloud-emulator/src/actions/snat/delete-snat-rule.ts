import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needSnatRule, snatParams } from '../../model/networks/snat-rule.js';

export const deleteSnatRule = defineAction({
  name: 'DeleteSnatRule',
  summary: 'Lets a host go out through any address of its NAT gateway again.',
  params: { NATGWId: neededId(), SourceIp: snatParams.SourceIp },
  handle: ({ NATGWId, SourceIp }, scope) => scope.remove('snatRule', needSnatRule(scope, NATGWId, SourceIp).id),
});
