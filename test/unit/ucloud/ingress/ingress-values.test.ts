import { expect, test } from 'vitest';
import { createPaths } from '@nomadctl/base/paths';
import { withExposure } from '../../../../src/exposure/change-exposed.js';
import { nothingExposed, type Exposure } from '../../../../src/exposure/exposure.js';
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
  paths: createPaths({ home: '/home', tools: '/tools', packageRoot: '/package' }).cluster('prod'),
};

test('a listener for each port, with all certificates, the health of the ingress, and everybody whom one of its jobs lets in', () => {
  const exposed = [
    { ...web, host: 'a.example', certificate: certificate('aaaaaaaaaaaaaaaaaaaa'), from: ['198.51.100.0/24'] },
    { ...web, job: 'other', host: 'b.example', certificate: certificate('bbbbbbbbbbbbbbbbbbbb') },
    { ...web, job: 'db', port: 'db', protocol: 'tcp' as const, listen: 5432, reach: 'inner' as const },
  ].reduce(withExposure, nothingExposed);
  const { listeners, certificates, states } = ingressValues(cluster, exposed);
  expect(listeners).toEqual({
    'public-443': {
      ...{ reach: 'public', protocol: 'https', port: 443, gate: 18_001, health_path: '/-/ingress-health' },
      ...{ from: ['0.0.0.0/0', '198.51.100.0/24'], certificates: ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] },
    },
    'inner-5432': { reach: 'inner', protocol: 'tcp', port: 5432, gate: 18_002, health_path: '', from: [], certificates: [] },
  });
  expect(Object.keys(certificates as object)).toEqual(['a', 'b'].map((letter) => certificateKey({ fingerprint: letter.repeat(20) })));
  expect(states).toEqual({
    network: '/home/clusters/prod/terraform/network/terraform.tfstate',
    cluster: '/home/clusters/prod/terraform/cluster/terraform.tfstate',
  });
});
