import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { listPolicies } from '../../model/balancers/security-policy.js';
import { paging } from '../../params/answer-values.js';

export const describeSecurityPolicies = defineAction({
  name: 'DescribeSecurityPolicies',
  summary: 'Lists security policies and the listeners that use them.',
  params: { SecurityPolicyId: id(), ...paging },
  handle: (params, scope) =>
    listPolicies(params, scope, (listeners) => ({
      VServerSet: listeners.map((listener) => ({
        VServerId: listener.id,
        VServerName: listener.name,
        Port: listener.port,
        ULBId: listener.ulb,
      })),
    })),
});
