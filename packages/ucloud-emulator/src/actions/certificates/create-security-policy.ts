import { defineAction } from '../action.js';
import { neededName } from '../../params/shared-params.js';
import { checkCiphers, cipherParam, tlsVersionParam } from '../../model/balancers/security-policy.js';
import { required, someOf } from '../../params/param.js';

export const createSecurityPolicy = defineAction({
  name: 'CreateSecurityPolicy',
  summary: 'Creates a security policy: what TLS HTTPS listeners speak.',
  params: {
    SecurityPolicyName: neededName(),
    TLSVersion: required(tlsVersionParam()),
    SSLCiphers: someOf(cipherParam(), { max: 50 }),
  },
  handle({ SecurityPolicyName, TLSVersion, SSLCiphers }, scope) {
    checkCiphers(TLSVersion, SSLCiphers);
    const record = scope.create('securityPolicy', { name: SecurityPolicyName });
    return { SecurityPolicyId: scope.put('securityPolicy', { ...record, tlsVersion: TLSVersion, ciphers: SSLCiphers }).id };
  },
});
