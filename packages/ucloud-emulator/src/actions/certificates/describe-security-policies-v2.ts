import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showPolicy } from '../../model/balancers/security-policy.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSecurityPoliciesV2 = defineAction({
  name: 'DescribeSecurityPoliciesV2',
  summary: 'Lists security policies and the listeners that use them, in the newer shape.',
  params: { SecurityPolicyId: id(), ...paging },
  handle({ SecurityPolicyId, ...paged }, scope) {
    const found = scope.named('securityPolicy', SecurityPolicyId === undefined ? [] : [SecurityPolicyId]);
    const items = page(found, paged).map((policy) => {
      const listeners = [...scope.select('listener', { securityPolicy: policy.id })];
      return {
        ...showPolicy(policy),
        Relations: listeners.map((listener) => ({
          ListenerId: listener.id,
          ListenerName: listener.name,
          ListenerPort: listener.port,
          LoadBalancerId: listener.ulb,
        })),
      };
    });
    return { TotalCount: found.length, DataSet: items };
  },
});
