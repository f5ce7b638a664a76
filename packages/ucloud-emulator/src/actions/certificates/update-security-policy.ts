import { defineAction } from '../action.js';
import { name, neededId } from '../../params/shared-params.js';
import { changedCiphers, cipherParam, tlsVersionParam } from '../../model/balancers/security-policy.js';
import { list } from '../../params/param.js';

export const updateSecurityPolicy = defineAction({
  name: 'UpdateSecurityPolicy',
  summary: 'Changes a security policy. TLS version and ciphers are given together.',
  params: {
    SecurityPolicyId: neededId(),
    SecurityPolicyName: name(),
    TLSVersion: tlsVersionParam(),
    SSLCiphers: list(cipherParam(), { max: 50 }),
  },
  handle({ SecurityPolicyId, SecurityPolicyName, ...asked }, scope) {
    const policy = scope.need('securityPolicy', SecurityPolicyId);
    scope.put('securityPolicy', { ...policy, name: SecurityPolicyName ?? policy.name, ...changedCiphers(policy, asked) });
  },
});
