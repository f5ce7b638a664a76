import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { creationsIn, hostsIn, lastRequest, namesOf, privateAddressOf, writesTo } from '../helpers/described-hosts.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const FAST = { timeScale: 200 };
const TIMEOUT = { timeout: 180_000 };

describe.skipIf(!programs)('up on UCloud, with terraform and its provider', () => {
  test('network and hosts are made; a second time nothing is; another size only adds and removes', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const made = await hostsIn(cloud);
    expect(namesOf(made)).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    expect(made.map(privateAddressOf)).toEqual(['10.81.0.11', '10.80.0.11', '10.80.0.12']);
    expect(new Set(made.map(({ Tag }) => Tag))).toEqual(new Set(['nomadctl-prod']));
    const [vpcs, eips] = [await cloud.ok('DescribeVPC', { Limit: 100 }), await cloud.ok('DescribeEIP', { Limit: 100 })];
    expect(vpcs['DataSet'].filter(({ Tag }: { Tag: string }) => Tag === 'nomadctl-prod')).toHaveLength(2);
    expect(eips['EIPSet'].map(({ Status, Tag }: { Status: string; Tag: string }) => [Status, Tag])).toEqual(
      Array(3).fill(['used', 'nomadctl-prod']),
    );

    const before = lastRequest(cloud);
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
    expect(writesTo(cloud, before)).toEqual([]);

    await upWithoutAgents(ctx, { clients: '3' });
    const grown = await hostsIn(cloud);
    expect(namesOf(grown)).toEqual(['prod-client-1', 'prod-client-2', 'prod-client-3', 'prod-consul-server-1', 'prod-nomad-server-1']);
    expect(grown.filter(({ Name }) => Name === 'prod-client-1')[0]?.UHostId).toBe(made[0]?.UHostId);
    // The second client was in no other zone than it would be in a cluster of three from the start.
    expect(new Set(grown.slice(0, 3).map(({ Zone }) => Zone)).size).toBe(3);

    await upWithoutAgents(ctx, { clients: '1', only: 'apply-cluster' });
    expect(namesOf(await hostsIn(cloud))).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    // Addresses of the two are still taken at UCloud; whoever comes next gets others.
    await upWithoutAgents(ctx, { clients: '2', only: 'apply-cluster' });
    expect(privateAddressOf((await hostsIn(cloud)).find(({ Name }) => Name === 'prod-client-2'))).toBe('10.81.0.14');
    expect(Math.max(...Object.values(creationsIn(cloud)))).toBe(2);
  });

  test('classes of clients with disks of their own are made as they say, and go without the others', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const types = { consulServerType: 'n-basic-2', nomadServerType: 'n-basic-2', clientType: 'n-basic-2' };
    const classes = ['default:1', 'fast:1 bootDiskType=local_ssd dataDisk=100 chargeType=month zones=cn-bj2-04', 'large:1 bootDisk=80'];
    const settings = { ...types, bootDiskType: 'cloud_ssd', dataDiskType: 'cloud_ssd', clientClasses: JSON.stringify(classes) };
    const ctx = await terraformHome(cloud, tools, { settings });
    await upWithoutAgents(ctx);
    const disksOf = ({ DiskSet }: { DiskSet: readonly { DiskType: string; Size: number }[] }) =>
      DiskSet.map(({ DiskType, Size }) => `${DiskType} ${Size}`).sort();
    const made = await hostsIn(cloud);
    const clients = made.filter(({ Name }) => Name.startsWith('prod-client'));
    expect(clients.map((host) => [host.Name, host.ChargeType, ...disksOf(host)])).toEqual([
      ['prod-client-1', 'Dynamic', 'CLOUD_SSD 20', 'CLOUD_SSD 40'],
      ['prod-client-fast-1', 'Month', 'LOCAL_SSD 100', 'LOCAL_SSD 20'],
      ['prod-client-large-1', 'Dynamic', 'CLOUD_SSD 40', 'CLOUD_SSD 80'],
    ]);
    expect(clients[1]?.Zone).toBe('cn-bj2-04');
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });

    await upWithoutAgents(ctx, { clientClasses: 'default:1,large:2 bootDisk=80', only: 'apply-cluster' });
    const left = await hostsIn(cloud);
    expect(namesOf(left).slice(0, 3)).toEqual(['prod-client-1', 'prod-client-large-1', 'prod-client-large-2']);
    const kept = made.filter(({ Name }) => !Name.includes('fast')).map(({ UHostId }) => UHostId);
    expect(left.map(({ UHostId }) => UHostId)).toEqual(expect.arrayContaining(kept));
  });

  test('outside of mainland China, with the lines that there are', TIMEOUT, async () => {
    const keys = [{ publicKey: 'public', privateKey: 'private', regions: ['hk'] }];
    const cloud = await emulatedCloud({ ...FAST, accounts: [{ name: 'far', projects: [{ id: 'org-far', name: 'Far' }], keys }] });
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const { EIPSet } = await cloud.ok('DescribeEIP');
    expect(EIPSet.map(({ EIPAddr }: { EIPAddr: { OperatorName: string }[] }) => EIPAddr[0]?.OperatorName)).toEqual(
      Array(3).fill('International'),
    );
    expect(new Set((await hostsIn(cloud)).map(({ Zone }) => Zone.slice(0, 3)))).toEqual(new Set(['hk-']));
  });

  test('no secret is in any file but where it belongs, nor in what was logged', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const { dir } = ctx.paths.cluster('prod');
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.includes('.terraform/') && statSync(join(dir, file)).isFile(),
    );
    const holding = (secret: string): string[] => files.filter((file) => readFileSync(join(dir, file)).includes(secret)).sort();
    expect(holding(cloud.credentials.privateKey)).toEqual(['secrets.json']);
    // What an earlier version had kept is forgotten.
    expect(holding('Example_12')).toEqual([]);
    expect(files.filter((file) => file.endsWith('/plan'))).toEqual([]);
    for (const folder of ['terraform', 'terraform/network', 'terraform/cluster', 'ssh'])
      expect(statSync(join(dir, folder)).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'terraform/cluster/terraform.tfstate')).mode & 0o077).toBe(0);
  });

  test('hosts that an earlier version made stay, and their password goes from where it was kept', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const made = (await hostsIn(cloud)).map(({ UHostId }) => UHostId);
    const { dir, secrets } = ctx.paths.cluster('prod');
    const root = join(dir, 'terraform/cluster');
    const state = join(root, 'terraform.tfstate');
    for (const file of [state, `${state}.backup`])
      writeFileSync(file, readFileSync(state, 'utf8').replaceAll('"root_password": ""', '"root_password": "Example_12"'), { mode: 0o600 });
    expect(readFileSync(state, 'utf8').match(/"Example_12"/g)).toHaveLength(3);
    writeFileSync(secrets, JSON.stringify({ ...JSON.parse(readFileSync(secrets, 'utf8')), rootPassword: 'Example_12' }));
    // Its templates were others, so that terraform is asked again.
    writeFileSync(join(root, 'outputs.tf'), `${readFileSync(join(root, 'outputs.tf'), 'utf8')}\n`);

    const before = lastRequest(cloud);
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 1 });
    expect(writesTo(cloud, before)).toEqual([]);
    expect((await hostsIn(cloud)).map(({ UHostId }) => UHostId)).toEqual(made);
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(dir, file)).isFile());
    expect(files.filter((file) => readFileSync(join(dir, file)).includes('Example_12'))).toEqual([]);
  });
});
