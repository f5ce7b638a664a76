import { expect, test } from 'vitest';
import { findOwned } from '../../../../src/ucloud/owned/owned-resources.js';
import { describeOwned } from '../../../../src/ucloud/owned/describe-owned.js';
import { removeUntilGone } from '../../../../src/ucloud/owned/remove-until-gone.js';
import { splitIngress } from '../../../../src/ucloud/owned/split-ingress.js';
import { hint } from '../../../../packages/base/src/hint/hint.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { cloudTime, ourClient } from '../../../helpers/laid-cluster.js';

test('what is exposed is told from the rest of the cluster and from other clusters by its names, and can be removed alone', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const api = ourClient(cloud);
  for (const cluster of ['prod', 'prod-eu'])
    for (const name of [`nomadctl-${cluster}-ingress-public`, `${cluster}-client-1`]) {
      const tag = { Tag: `nomadctl-${cluster}` };
      await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1, Name: name, ...tag });
      await cloud.ok('CreateFirewall', { Name: name, 'Rule.0': 'TCP|22|203.0.113.7/32|ACCEPT|HIGH', ...tag });
    }
  for (const cluster of ['prod', 'prod-eu']) {
    const { ULBId } = await cloud.ok('CreateULB', {
      ULBName: `nomadctl-${cluster}-ingress-public`,
      OuterMode: 'Yes',
      Tag: `nomadctl-${cluster}`,
    });
    const { SSLId } = await cloud.ok('CreateSSL', { SSLName: `nomadctl-${cluster}.0123456789abcdef`, SSLContent: 'pem' });
    const { VServerId } = await cloud.ok('CreateVServer', { ULBId, Protocol: 'HTTPS', FrontendPort: 443 });
    await cloud.ok('BindSSL', { SSLId, ULBId, VServerId });
  }
  const { signal } = new AbortController();
  const found = async () => splitIngress({ name: 'prod' }, await findOwned(api, 'prod', { signal }));
  const { ingress, others } = await found();
  expect(describeOwned(ingress)).toBe('1 address, 1 load balancer, 1 certificate, 1 firewall');
  expect(describeOwned(others)).toBe('1 address, 1 firewall');
  const listRemaining = async () => (await found()).ingress;
  await removeUntilGone(api, { whose: 'a test', listRemaining, clock: cloudTime(cloud), signal, line: () => undefined, next: hint`again` });
  expect(describeOwned((await found()).others)).toBe('1 address, 1 firewall');
  const { ingress: theirs } = splitIngress({ name: 'prod-eu' }, await findOwned(api, 'prod-eu', { signal }));
  expect(describeOwned(theirs)).toBe('1 address, 1 load balancer, 1 certificate, 1 firewall');
});
