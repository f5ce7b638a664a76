import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showPolicy } from '../../model/balancers/security-policy.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSecurityPolicies = defineAction({
  name: 'DescribeSecurityPolicies',
  summary: 'Lists security policies and the listeners that use them.',
  params: { SecurityPolicyId: id(), ...paging },
  handle({ SecurityPolicyId, ...paged }, scope) {
    const found = scope.named('securityPolicy', SecurityPolicyId === undefined ? [] : [SecurityPolicyId]);
    const items = page(found, paged).map((policy) => {
      const listeners = [...scope.select('listener', { securityPolicy: policy.id })];
      return {
        ...showPolicy(policy),
        VServerSet: listeners.map((listener) => ({
          VServerId: listener.id,
          VServerName: listener.name,
          Port: listener.port,
          ULBId: listener.ulb,
        })),
      };
    });
    return { TotalCount: found.length, DataSet: items };
  },
});
