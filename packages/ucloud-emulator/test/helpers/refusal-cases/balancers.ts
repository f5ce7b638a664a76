import { balancer, certificate, host, listener } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import { casesOf } from './refusal-case.js';

const backend = (cloud: DispatchedCloud) => ({ ResourceType: 'UHost', ResourceId: host(cloud), Port: 8080 });
const packets = { InnerMode: 'Yes', ListenType: 'PacketsTransmit' };

export const balancerCases = casesOf([
  ['actions/balancers/create-ulb.ts: Missing params [OuterMode]', 220, (c) => c.call('CreateULB', { OuterMode: 'No' })],
  ['actions/balancers/create-ssl.ts: Missing params [SSLContent]', 220, (c) => c.call('CreateSSL', { SSLName: 'x', UserCert: 'pem' })],
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
    'actions/balancers/allocate-backend.ts: […] port … is a backend of […] already',
    4109,
    (c) => {
      const asked = { ...listener(c), ...backend(c) };
      c.ok('AllocateBackend', asked);
      return c.call('AllocateBackend', asked);
    },
  ],
  [
    'actions/balancers/allocate-backend.ts: With PacketsTransmit the port must be that of the listener, …',
    4118,
    (c) => c.call('AllocateBackend', { ...listener(c, { ListenType: 'PacketsTransmit' }), ...backend(c) }),
  ],
  [
    'actions/balancers/bind-ssl.ts: Params [VServerId] not valid: … speaks …',
    230,
    (c) => c.call('BindSSL', { ...listener(c), SSLId: certificate(c) }),
  ],
  [
    'actions/balancers/unbind-ssl.ts: Params [SSLId] not valid: … is not bound to …',
    230,
    (c) => c.call('UnbindSSL', { ...listener(c), SSLId: certificate(c) }),
  ],
  [
    'actions/balancers/delete-ssl.ts: SSL […] is in use by […]',
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
]);
