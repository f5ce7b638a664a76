import { expect, test } from 'vitest';
import { withExposure } from '../../../../src/exposure/change-exposed.js';
import { nothingExposed, type Exposure } from '../../../../src/exposure/exposure.js';
import type { HostRole } from '../../../../src/cluster/cluster-host.js';
import { certificateKey, ingressValues } from '../../../../src/ucloud/ingress/ingress-values.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const web: Exposure = { job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'public', listen: 443, protocol: 'http' };
const certificate = (fingerprint: string) => ({
  by: 'file' as const,
  certificate: `pem of ${fingerprint}`,
  chain: 'its chain',
  fingerprint,
});
const cluster = {
  name: 'prod',
  settings: ucloudSettings({ projectId: 'org-abc123', allowIp: ['203.0.113.7/32'] }),
};
const host = (name: string, role: HostRole, id: string) => ({ name, role, id, zone: 'z', privateIp: '10.80.0.11', imageId: 'uimage-1' });
const made = {
  network: {
    ...{ managementVpcId: 'uvnet-1', managementSubnetId: 'subnet-1', managementCidr: '10.80.0.0/24' },
    ...{ clientVpcId: 'uvnet-2', clientSubnetId: 'subnet-2', clientCidr: '10.81.0.0/24' },
  },
  hosts: [
    host('consul-server-1', 'consul-server', 'uhost-1'),
    host('client-1', 'client', 'uhost-2'),
    host('client-2', 'client', 'uhost-3'),
  ],
};

test('a listener for each port, with all certificates, the health of the ingress, and everybody whom one of its jobs lets in', () => {
  const exposed = [
    { ...web, host: 'a.example', certificate: certificate('aaaaaaaaaaaaaaaaaaaa'), from: ['198.51.100.0/24'] },
    { ...web, job: 'other', host: 'b.example', certificate: certificate('bbbbbbbbbbbbbbbbbbbb') },
    { ...web, job: 'db', port: 'db', protocol: 'tcp' as const, listen: 5432, reach: 'inner' as const },
  ].reduce(withExposure, nothingExposed);
  const { listeners, certificates, network, clients } = ingressValues(cluster, { exposed, ...made });
  expect(listeners).toEqual({
    'public-443': {
      ...{ reach: 'public', protocol: 'https', port: 443, gate: 18_001, health_path: '/-/ingress-health' },
      ...{ from: ['0.0.0.0/0', '198.51.100.0/24'], certificates: ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] },
    },
    'inner-5432': { reach: 'inner', protocol: 'tcp', port: 5432, gate: 18_002, health_path: '', from: [], certificates: [] },
  });
  expect(Object.keys(certificates as object)).toEqual(['a', 'b'].map((letter) => certificateKey({ fingerprint: letter.repeat(20) })));
  expect([network, clients]).toEqual([
    { vpc_id: 'uvnet-2', subnet_id: 'subnet-2' },
    { 'client-1': 'uhost-2', 'client-2': 'uhost-3' },
  ]);
});
