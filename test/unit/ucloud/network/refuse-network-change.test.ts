import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../src/context.js';
import { writeFileAtomic } from '../../../../packages/base/src/atomic-write.js';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { networkValues } from '../../../../src/ucloud/terraform/network-values.js';
import { rootOf } from '../../../../src/terraform/root.js';
import { refuseNetworkChange } from '../../../../src/ucloud/network/refuse-network-change.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const clusterWith = (ctx: Context, changes: Partial<UcloudSettings> = {}) => ({
  name: 'prod',
  paths: ctx.paths.cluster('prod'),
  settings: ucloudSettings(changes),
});

async function made(ctx: Context, resources: readonly object[]): Promise<void> {
  const root = rootOf(ctx.paths.cluster('prod'), 'network');
  await writeFileAtomic(root.valuesFile, JSON.stringify(networkValues(clusterWith(ctx))));
  await writeFileAtomic(root.state, JSON.stringify({ resources }));
}

describe('a network that is there', () => {
  it.each<[Partial<UcloudSettings>, string, string]>([
    [{ managementCidr: '10.90.0.0/16' }, 'managementCidr', 'managementCidr 10.80.0.0/16'],
    [{ clientsCidr: '10.80.0.0/17' }, 'clientsCidr', 'clientsCidr 10.81.0.0/16'],
    [{ vpcId: 'uvnet-1', subnetId: 'subnet-1' }, 'vpcId and subnetId', "vpcId '' subnetId ''"],
  ])('keeps what it was made from: %j', async (changes, keys, mend) => {
    const ctx = await createTestContext();
    await made(ctx, [{ mode: 'managed' }]);
    await refuseNetworkChange(clusterWith(ctx, { controllerVpcId: 'uvnet-2' }));
    expect(await thrown(() => refuseNetworkChange(clusterWith(ctx, changes)))).toMatchObject({
      code: 'network-changed',
      message: `${keys} cannot be changed while the network of cluster prod is there`,
      next: `nomadctl config set ${mend} --cluster prod; to change it, first nomadctl down prod --wait-network`,
    });
  });

  it('is free to be another one once it is gone', async () => {
    const ctx = await createTestContext();
    await refuseNetworkChange(clusterWith(ctx, { managementCidr: '10.90.0.0/16' }));
    await made(ctx, [{ mode: 'data' }]);
    await refuseNetworkChange(clusterWith(ctx, { managementCidr: '10.90.0.0/16' }));
  });
});
