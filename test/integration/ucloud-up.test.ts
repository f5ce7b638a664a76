import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { someImage, terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';
import { thrown } from '../helpers/thrown.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const FAST = { timeScale: 200 };
const TIMEOUT = { timeout: 180_000 };

interface Host {
  readonly UHostId: string;
  readonly Name: string;
  readonly Zone: string;
  readonly Tag: string;
  readonly Remark: string;
  readonly State: string;
  readonly IPSet: readonly { Type: string; IP: string }[];
}

async function hosts(cloud: EmulatedCloud): Promise<Host[]> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  return (UHostSet as Host[]).sort((a, b) => a.Name.localeCompare(b.Name));
}

const namesOf = (list: readonly Host[]): string[] => list.map(({ Name }) => Name);
const addressOf = (host: Host | undefined): string | undefined => host?.IPSet.find(({ Type }) => Type === 'Private')?.IP;

/** Requests that change something, since some moment. */
function writes(cloud: EmulatedCloud, since = 0): string[] {
  return cloud.requests.list({ after: since }).flatMap(({ action }) => (/^(Describe|Get|Check|List)/.test(action) ? [] : [action]));
}

/** How often each host was asked for, with an answer that was yes. */
/** How often each host was made. An answer that was lost has no code, and its host was made all the same. */
function creations(cloud: EmulatedCloud): Record<string, number> {
  const asked = cloud.requests.list().filter(({ action, retCode = 0 }) => action === 'CreateUHostInstance' && retCode === 0);
  return asked.reduce<Record<string, number>>(
    (counts, { params }) => ({ ...counts, [params['Name'] ?? '']: (counts[params['Name'] ?? ''] ?? 0) + 1 }),
    {},
  );
}

const last = (cloud: EmulatedCloud): number => cloud.requests.list().at(-1)?.number ?? 0;

describe.skipIf(!programs)('up on UCloud, with terraform and its provider', () => {
  test('network and hosts are made; a second time nothing is; another size only adds and removes', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const made = await hosts(cloud);
    expect(namesOf(made)).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    expect(made.map(addressOf)).toEqual(['10.81.0.11', '10.80.0.11', '10.80.0.12']);
    expect(new Set(made.map(({ Tag }) => Tag))).toEqual(new Set(['nomadctl-prod']));
    const [vpcs, eips] = [await cloud.ok('DescribeVPC', { Limit: 100 }), await cloud.ok('DescribeEIP', { Limit: 100 })];
    expect(vpcs['DataSet'].filter(({ Tag }: { Tag: string }) => Tag === 'nomadctl-prod')).toHaveLength(2);
    expect(eips['EIPSet'].map(({ Status, Tag }: { Status: string; Tag: string }) => [Status, Tag])).toEqual(
      Array(3).fill(['used', 'nomadctl-prod']),
    );

    const before = last(cloud);
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
    expect(writes(cloud, before)).toEqual([]);

    await upWithoutAgents(ctx, { clients: '3' });
    const grown = await hosts(cloud);
    expect(namesOf(grown)).toEqual(['prod-client-1', 'prod-client-2', 'prod-client-3', 'prod-consul-server-1', 'prod-nomad-server-1']);
    expect(grown.filter(({ Name }) => Name === 'prod-client-1')[0]?.UHostId).toBe(made[0]?.UHostId);
    // The second client was in no other zone than it would be in a cluster of three from the start.
    expect(new Set(grown.slice(0, 3).map(({ Zone }) => Zone)).size).toBe(3);

    await upWithoutAgents(ctx, { clients: '1', only: 'apply-cluster' });
    expect(namesOf(await hosts(cloud))).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    // Addresses of the two are still taken at UCloud; whoever comes next gets others.
    await upWithoutAgents(ctx, { clients: '2', only: 'apply-cluster' });
    expect(addressOf((await hosts(cloud)).find(({ Name }) => Name === 'prod-client-2'))).toBe('10.81.0.14');
    expect(Math.max(...Object.values(creations(cloud)))).toBe(2);
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
    expect(new Set((await hosts(cloud)).map(({ Zone }) => Zone.slice(0, 3)))).toEqual(new Set(['hk-']));
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
    expect(holding('Example_12').filter((file) => !/^terraform\/cluster\/(terraform\.tfstate(\.backup)?|backups\/.*)$/.test(file))).toEqual(
      ['secrets.json'],
    );
    expect(files.filter((file) => file.endsWith('/plan'))).toEqual([]);
    for (const folder of ['terraform', 'terraform/network', 'terraform/cluster', 'ssh'])
      expect(statSync(join(dir, folder)).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'terraform/cluster/terraform.tfstate')).mode & 0o077).toBe(0);
  });

  test('what somebody took away or changed at UCloud is put back; an address that is still taken is not asked for', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const [client] = await hosts(cloud);
    await cloud.ok('PoweroffUHostInstance', { UHostId: client?.UHostId ?? '' });
    await expect.poll(async () => (await hosts(cloud))[0]?.State).toBe('Stopped');
    await cloud.ok('TerminateUHostInstance', { UHostId: client?.UHostId ?? '', ReleaseUDisk: true });
    const firewalls = (await cloud.ok('DescribeFirewall', { Limit: 100 }))['DataSet'] as { FWId: string; Name: string }[];
    const open = firewalls.find(({ Name }) => Name === 'nomadctl-prod-client');
    await cloud.ok('UpdateFirewall', { FWId: open?.FWId ?? '', 'Rule.0': 'TCP|1-65535|0.0.0.0/0|ACCEPT|HIGH' });
    await upWithoutAgents(ctx);
    const [again] = await hosts(cloud);
    expect(again).toMatchObject({ Name: 'prod-client-1', State: 'Running' });
    expect(addressOf(again)).toBe('10.81.0.12');
    const rules = (await cloud.ok('DescribeFirewall', { FWId: open?.FWId ?? '' }))['DataSet'][0].Rule as {
      DstPort: string;
      SrcIP: string;
    }[];
    expect(rules.map(({ DstPort, SrcIP }) => [DstPort, SrcIP])).toEqual([['22', '203.0.113.7/32']]);
  });

  test.each([
    ['CreateUHostInstance', { kind: 'reset', when: 'after' }],
    ['CreateVPC', { kind: 'reset', when: 'after' }],
    ['CreateVPCIntercom', { kind: 'reset', when: 'after' }],
    ['AllocateEIP', { kind: 'reset', when: 'after' }],
    ['CreateFirewall', { kind: 'reset', when: 'after' }],
    ['BindEIP', { kind: 'reset', when: 'after' }],
    ['CreateUHostInstance', { kind: 'ret-code', code: 153 }],
    ['CreateIsolationGroup', { kind: 'http-status', status: 502 }],
    ['DescribeUHostInstance', { kind: 'ret-code', code: 150 }],
  ] as const)('%s goes wrong in passing (%o): the same run goes on, and nothing is there twice', TIMEOUT, async (action, effect) => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    cloud.faults.add({ action, effect, count: 1 });
    await upWithoutAgents(ctx);
    expect(namesOf(await hosts(cloud))).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
    expect(Object.values(creations(cloud))).toEqual([1, 1, 1]);
    const ours = ({ Tag }: { Tag: string }): boolean => Tag === 'nomadctl-prod';
    expect((await cloud.ok('DescribeVPC', { Limit: 100 }))['DataSet'].filter(ours)).toHaveLength(2);
    expect((await cloud.ok('DescribeEIP', { Limit: 100 }))['EIPSet'].filter(ours)).toHaveLength(3);
    expect((await cloud.ok('DescribeFirewall', { Limit: 100 }))['DataSet'].filter(ours)).toHaveLength(3);
    const before = last(cloud);
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
    expect(writes(cloud, before)).toEqual([]);
  });

  test('a host that UCloud could not install is made anew, and its failed one removed', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    cloud.faults.add({ action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' }, count: 1 });
    const error = await thrown(() => upWithoutAgents(ctx));
    expect(error).toMatchObject({ code: 'terraform-failed', next: 'nomadctl up prod' });
    await upWithoutAgents(ctx);
    expect((await hosts(cloud)).map(({ State }) => State)).toEqual(['Running', 'Running', 'Running']);
  });

  test('terraform has lost its state: everything is taken in again, nothing made twice', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const made = await hosts(cloud);
    const { rm } = await import('node:fs/promises');
    const { dir } = ctx.paths.cluster('prod');
    await rm(join(dir, 'terraform'), { recursive: true });
    await rm(join(dir, 'journal.json'));
    await upWithoutAgents(ctx);
    expect((await hosts(cloud)).map(({ UHostId }) => UHostId)).toEqual(made.map(({ UHostId }) => UHostId));
    expect(Object.values(creations(cloud))).toEqual([1, 1, 1]);
    expect(existsSync(join(dir, 'terraform/cluster/terraform.tfstate'))).toBe(true);
    expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
  });

  test('new images are for new hosts: those that are there stay, and are named', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    await upWithoutAgents(ctx);
    const [before, other] = [await hosts(cloud), await someImage(cloud, 'Rocky')];
    await upWithoutAgents(ctx, { clientImage: other, clients: '2', nomadServerType: 'o-standard-2' });
    const after = await hosts(cloud);
    expect(after.filter(({ Name }) => Name !== 'prod-client-2').map(({ UHostId }) => UHostId)).toEqual(
      before.map(({ UHostId }) => UHostId),
    );
    expect(after.find(({ Name }) => Name === 'prod-client-2')?.Remark).toBe(`made from ${other}`);
    await upWithoutAgents(ctx, { only: 'compare-hosts' });
    const finish = ctx.recorded.plans.at(-1)?.events.find(({ kind, id }) => kind === 'finish' && id === 'compare-hosts');
    expect(finish).toMatchObject({
      detail: expect.stringMatching(
        /2 are out of date: nomad-server-1 \(is o-basic-2\), client-1 \(made from .*\); nomadctl up prod --replace/,
      ),
    });
  });

  test.each([
    [{ kind: 'sold-out', zone: 'cn-bj2-02', machineType: 'O' }, { code: 'out-of-stock' }],
    [
      { kind: 'quota', resource: 'host', limit: 2 },
      { code: 'ucloud-quota', exitCode: 3 },
    ],
  ] as const)('%o: said with what to do; afterwards the same command goes on', TIMEOUT, async (effect, expected) => {
    const cloud = await emulatedCloud(FAST);
    const ctx = await terraformHome(cloud, tools);
    const { id } = cloud.faults.add({ effect });
    expect(await thrown(() => upWithoutAgents(ctx))).toMatchObject(expected);
    cloud.faults.remove(id);
    await upWithoutAgents(ctx);
    expect(Object.values(creations(cloud))).toEqual([1, 1, 1]);
  });
});
