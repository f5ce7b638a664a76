import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { creationsIn, hostsIn, privateAddressOf } from '../helpers/described-hosts.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { someImage, terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import { thrown } from '../helpers/thrown.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const FAST = { timeScale: 200 };
const TIMEOUT = { timeout: 180_000 };

describe.skipIf(!programs)('up on UCloud, with terraform and its provider: what is not as it was', () => {
  test('what somebody took away or changed at UCloud is put back; an address that is still taken is not asked for', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const [client] = await hostsIn(cloud);
    await cloud.ok('PoweroffUHostInstance', { UHostId: client?.UHostId ?? '' });
    await expect.poll(async () => (await hostsIn(cloud))[0]?.State).toBe('Stopped');
    await cloud.ok('TerminateUHostInstance', { UHostId: client?.UHostId ?? '', ReleaseUDisk: true });
    const firewalls = (await cloud.ok('DescribeFirewall', { Limit: 100 }))['DataSet'] as { FWId: string; Name: string }[];
    const open = firewalls.find(({ Name }) => Name === 'nomadctl-prod-client');
    await cloud.ok('UpdateFirewall', { FWId: open?.FWId ?? '', 'Rule.0': 'TCP|1-65535|0.0.0.0/0|ACCEPT|HIGH' });
    await upWithoutAgents(ctx);
    const [again] = await hostsIn(cloud);
    expect(again).toMatchObject({ Name: 'prod-client-1', State: 'Running' });
    expect(privateAddressOf(again)).toBe('10.81.0.12');
    const rules = (await cloud.ok('DescribeFirewall', { FWId: open?.FWId ?? '' }))['DataSet'][0].Rule as {
      DstPort: string;
      SrcIP: string;
    }[];
    expect(rules.map(({ DstPort, SrcIP }) => [DstPort, SrcIP])).toEqual([['22', '203.0.113.7/32']]);
  });

  test('a host that UCloud could not install is made anew, and its failed one removed', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    cloud.faults.add({ action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' }, count: 1 });
    const error = await thrown(() => upWithoutAgents(ctx));
    expect(error).toMatchObject({ code: 'terraform-failed', next: 'nomadctl up prod' });
    await upWithoutAgents(ctx);
    expect((await hostsIn(cloud)).map(({ State }) => State)).toEqual(['Running', 'Running', 'Running']);
  });

  test('terraform has lost its state: everything is taken in again, nothing made twice', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const made = await hostsIn(cloud);
    const { dir } = ctx.paths.cluster('prod');
    await rm(join(dir, 'terraform'), { recursive: true });
    await rm(join(dir, 'journal.json'));
    await upWithoutAgents(ctx);
    expect((await hostsIn(cloud)).map(({ UHostId }) => UHostId)).toEqual(made.map(({ UHostId }) => UHostId));
    expect(Object.values(creationsIn(cloud))).toEqual([1, 1, 1]);
    expect(existsSync(join(dir, 'terraform/cluster/terraform.tfstate'))).toBe(true);
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
  });

  test('new images are for new hosts: those that are there stay, and are named', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const [before, other] = [await hostsIn(cloud), await someImage(cloud, 'Rocky')];
    await upWithoutAgents(ctx, { clientImage: other, clients: '2', nomadServerType: 'o-standard-2' });
    const after = await hostsIn(cloud);
    expect(after.filter(({ Name }) => Name !== 'prod-client-2').map(({ UHostId }) => UHostId)).toEqual(
      before.map(({ UHostId }) => UHostId),
    );
    expect(after.find(({ Name }) => Name === 'prod-client-2')?.Remark).toBe(`made from ${other}`);
    await upWithoutAgents(ctx, { only: 'compare-hosts' });
    const finish = ctx.recorded.plans.at(-1)?.events.find(({ kind, id }) => kind === 'finish' && id === 'compare-hosts');
    expect(finish).toMatchObject({
      detail: expect.stringMatching(
        /2 are out of date: nomad-server-1 \(is o-basic-2\), client-1 \(made from .*\); to make them anew: nomadctl up prod --replace/,
      ),
    });
  });
});
