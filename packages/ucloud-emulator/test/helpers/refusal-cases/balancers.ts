import { balancer, certificate, host, listener } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import { casesOf } from './refusal-case.js';

const backend = (cloud: DispatchedCloud) => ({ ResourceType: 'UHost', ResourceId: host(cloud), Port: 8080 });
const packets = { InnerMode: 'Yes', ListenType: 'PacketsTransmit' };

const policy = (cloud: DispatchedCloud): string =>
  cloud.ok('CreateSecurityPolicy', { SecurityPolicyName: 'tls', TLSVersion: 'TLSv1.0', 'SSLCiphers.0': 'AES128-SHA' }).SecurityPolicyId;

export const balancerCases = casesOf([
  ['actions/balancers/create-ulb.ts: Missing params [OuterMode]', 220, (c) => c.call('CreateULB', { OuterMode: 'No' })],
  ['actions/certificates/create-ssl.ts: Missing params [SSLContent]', 220, (c) => c.call('CreateSSL', { SSLName: 'x', UserCert: 'pem' })],
  [
    'actions/balancers/create-vserver.ts: Port … of […] is taken',
    4107,
    (c) => c.call('CreateVServer', { ULBId: listener(c).ULBId, Protocol: 'HTTP', FrontendPort: 80 }),
  ],
  [
    'model/load-balancer.ts: … needs RequestProxy',
    4144,
    (c) => c.call('CreateVServer', { ULBId: balancer(c, packets), Protocol: 'HTTP', FrontendPort: 80 }),
  ],
  [
    'model/load-balancer.ts: Params [Method] not valid: … does not go with …',
    230,
    (c) => c.call('CreateVServer', { ULBId: balancer(c, packets), Protocol: 'TCP', FrontendPort: 80, Method: 'Leastconn' }),
  ],
  [
    'model/load-balancer.ts: Params [ClientTimeout] not valid: must be 0 or 60 to 900 with PacketsTransmit',
    230,
    (c) => c.call('CreateVServer', { ULBId: balancer(c, packets), Protocol: 'TCP', FrontendPort: 80, ClientTimeout: 901 }),
  ],
  [
    'model/load-balancer.ts: Params [ClientTimeout] not valid: must be 0 or 60 to 900 with PacketsTransmit',
    230,
    (c) => c.call('CreateVServer', { ULBId: balancer(c, packets), Protocol: 'TCP', FrontendPort: 80, ClientTimeout: 59 }),
  ],
  [
    'model/balancers/backend.ts: […] port … is a backend of […] already',
    4109,
    (c) => {
      const asked = { ...listener(c), ...backend(c) };
      c.ok('AllocateBackend', asked);
      return c.call('AllocateBackend', asked);
    },
  ],
  [
    'model/balancers/backend.ts: With PacketsTransmit the port must be that of the listener, …',
    4118,
    (c) => c.call('AllocateBackend', { ...listener(c, { ListenType: 'PacketsTransmit' }), ...backend(c) }),
  ],
  [
    'actions/certificates/bind-ssl.ts: Params [VServerId] not valid: … speaks …',
    230,
    (c) => c.call('BindSSL', { ...listener(c), SSLId: certificate(c) }),
  ],
  [
    'actions/certificates/unbind-ssl.ts: Params [SSLId] not valid: … is not bound to …',
    230,
    (c) => c.call('UnbindSSL', { ...listener(c), SSLId: certificate(c) }),
  ],
  [
    'actions/certificates/delete-ssl.ts: SSL […] is in use by […]',
    58001,
    (c) => {
      const SSLId = certificate(c);
      c.ok('BindSSL', { ...listener(c, { Protocol: 'HTTPS' }), SSLId });
      return c.call('DeleteSSL', { SSLId });
    },
  ],
  [
    'model/lb-rule.ts: Params [BackendId] not valid: … is no backend of …',
    230,
    (c) => {
      const other = c.ok('AllocateBackend', { ...listener(c), ...backend(c) }).BackendId as string;
      return c.call('CreatePolicy', { ...listener(c, { Protocol: 'HTTP' }), Match: 'example.org', 'BackendId.0': other });
    },
  ],
  [
    'model/balancers/backend.ts: Params [BackendId] not valid: … is not of …',
    230,
    (c) => {
      const { BackendId } = c.ok('AllocateBackend', { ...listener(c), ...backend(c) });
      return c.call('UpdateBackendAttribute', { ULBId: balancer(c), BackendId, Port: 81 });
    },
  ],
  [
    'model/balancers/security-policy.ts: Params [SSLCiphers.…] not valid: is none of …: see DescribeSupportCiphers',
    230,
    (c) => c.call('CreateSecurityPolicy', { SecurityPolicyName: 'tls', TLSVersion: 'TLSv1.2', 'SSLCiphers.0': 'AES128-SHA' }),
  ],
  [
    'model/balancers/security-policy.ts: Missing params [TLSVersion]',
    220,
    (c) => c.call('UpdateSecurityPolicy', { SecurityPolicyId: policy(c), 'SSLCiphers.0': 'AES128-SHA' }),
  ],
  [
    'model/balancers/security-policy.ts: Missing params [SSLCiphers]',
    220,
    (c) => c.call('UpdateSecurityPolicy', { SecurityPolicyId: policy(c), TLSVersion: 'TLSv1.2' }),
  ],
  [
    'model/balancers/security-policy.ts: Params [SecurityPolicyId] not valid: a listener of … takes none',
    230,
    (c) => c.call('CreateVServer', { ULBId: balancer(c), Protocol: 'TCP', FrontendPort: 80, SecurityPolicyId: policy(c) }),
  ],
  [
    'actions/certificates/delete-security-policy.ts: Security policy […] is in use by […]',
    58001,
    (c) => {
      const SecurityPolicyId = policy(c);
      c.ok('CreateVServer', { ULBId: balancer(c), Protocol: 'HTTPS', FrontendPort: 443, SecurityPolicyId });
      return c.call('DeleteSecurityPolicy', { SecurityPolicyId });
    },
  ],
  [
    'actions/certificates/unbind-security-policy.ts: Params [VServerId] not valid: … does not use …',
    230,
    (c) => c.call('UnBindSecurityPolicy', { SecurityPolicyId: policy(c), ...listener(c) }),
  ],
]);
