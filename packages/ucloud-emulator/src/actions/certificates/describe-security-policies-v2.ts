import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { listPolicies } from '../../model/balancers/security-policy.js';
import { paging } from '../../params/answer-values.js';

export const describeSecurityPoliciesV2 = defineAction({
  name: 'DescribeSecurityPoliciesV2',
  summary: 'Lists security policies and the listeners that use them, in the newer shape.',
  params: { SecurityPolicyId: id(), ...paging },
  handle: (params, scope) =>
    listPolicies(params, scope, (listeners) => ({
      Relations: listeners.map((listener) => ({
        ListenerId: listener.id,
        ListenerName: listener.name,
        ListenerPort: listener.port,
        LoadBalancerId: listener.ulb,
      })),
    })),
});
