import { describe, expect, test } from 'vitest';
import { command as configSet } from '../../src/commands/config/set.js';
import { command as up } from '../../src/commands/up.js';
import { PrerequisiteError } from '../../packages/base/src/errors.js';
import type { Hint } from '../../packages/base/src/hint/hint.js';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { requireTool } from '../helpers/require-tool.js';
import { someImage } from '../helpers/terraform-home.js';
import { thrown } from '../helpers/thrown.js';
import { ucloudHome, type UcloudHome } from '../helpers/ucloud-home.js';
import { hintLine, hintMatching } from '../helpers/hint-line.js';

/** A small cluster of images that nobody had to build; nothing of it is there. */
async function homeOf(cloud: EmulatedCloud, settings: Readonly<Record<string, string>> = {}): Promise<UcloudHome> {
  const image = await someImage(cloud);
  const images = { consulServerImage: image, nomadServerImage: image, clientImage: image };
  const sizes = { consulServers: '1', nomadServers: '1', clients: '2' };
  const all = { ...sizes, ...images, ...settings };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  return ucloudHome(cloud, { settings: lines.join('\n'), env: { PATH: process.env['PATH'] ?? '' } });
}

const check = (ctx: UcloudHome, until = 'check-capacity') => up.run({ args: { name: 'prod' }, flags: { until } }, ctx);

const writes = (cloud: EmulatedCloud): string[] =>
  cloud.requests.list().flatMap(({ action }) => (/^(Describe|Get|Check|List)/.test(action) ? [] : [action]));

/** Runs what an error says comes next, where that is a `config set`. */
async function follow(ctx: UcloudHome, next: Hint | undefined): Promise<void> {
  const [, words = ''] = /^nomadctl config set (.+) --cluster prod$/.exec(hintLine(next)) ?? [];
  const [key = '', value = '', ...more] = words.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
  await configSet.run({ args: { key, value, more }, flags: {} }, { ...ctx, global: { ...ctx.global, cluster: 'prod' } });
}

describe.skipIf(!requireTool('terraform'))('before anything is made', () => {
  test.each<[string, Record<string, string>, string, RegExp, string]>([
    ['a zone of another region', { zones: '[cn-bj2-03, cn-sh2-01]' }, 'zones-unknown', /^there is no zone cn-sh2-01 in cn-bj2$/, 'zones'],
    ['a type that nobody sells', { clientType: 'q-basic-2' }, 'ucloud-not-offered', /^instance type q-basic-2 is not sold/, 'clientType'],
    [
      'a size that its family has not',
      { clientType: 'o-basic-6' },
      'ucloud-not-offered',
      /^instance type o-basic-6 is no size/,
      'clientType',
    ],
    ['an image of another region', { clientImage: 'uimage-none' }, 'images-missing', /has no images/, 'clientImage'],
  ])('%s ends it, with the command that settles it', async (_, settings, code, message, key) => {
    const cloud = await emulatedCloud();
    const ctx = await homeOf(cloud, settings);
    const error = await thrown(() => check(ctx));
    expect(error).toBeInstanceOf(PrerequisiteError);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.why).not.toEqual([]);
    expect(hintLine(error.next)).toMatch(new RegExp(`^nomadctl config set ${key} `));
    expect(writes(cloud)).toEqual([]);
    if (key !== 'zones') return;
    await follow(ctx, error.next);
    expect(hintLine((await check(ctx))?.next, ctx.given)).toBe('nomadctl up prod');
  });

  test('images that are yet to be built are called so, in a plan as well; those that were named and are not there, otherwise', async () => {
    const cloud = await emulatedCloud();
    const ctx = await homeOf(cloud, { consulServerImage: "''", nomadServerImage: "''", clientImage: 'uimage-none' });
    for (const flags of [{ plan: true }, { until: 'check-capacity' }]) {
      const shown = await up.run({ args: { name: 'prod' }, flags }, ctx).then(
        (result) => [result?.text],
        (error: { why: readonly string[] }) => error.why,
      );
      expect(shown.join('\n')).toContain('consul-server: is yet to be built');
      expect(shown.join('\n')).toContain('nomad-server: is yet to be built');
      expect(shown.join('\n')).toContain('nomad-client: uimage-none is not in this region');
    }
    expect(writes(cloud)).toEqual([]);
  });

  test('what is sold out in a zone is not begun, not even its network; other zones are named', async () => {
    const cloud = await emulatedCloud();
    const ctx = await homeOf(cloud);
    cloud.faults.add({ effect: { kind: 'sold-out', machineType: 'O', zone: 'cn-bj2-02' } });
    const error = await thrown(() => check(ctx, 'apply-network'));
    expect(error).toMatchObject({
      code: 'out-of-stock',
      message: 'UCloud is out of 2 of o-basic-2 in cn-bj2-02, 1 of o-standard-4 in cn-bj2-02',
      next: 'nomadctl config set zones cn-bj2-03,cn-bj2-04 --cluster prod',
    });
    expect(writes(cloud)).toEqual([]);
    await follow(ctx, error.next);
    await check(ctx);
  });

  test('a balance that hosts and addresses together are too much for', async () => {
    const cloud = await emulatedCloud();
    const ctx = await homeOf(cloud, { chargeType: 'year', clients: '20', clientType: 'o-highmem-64', clientDataDisk: '8000' });
    const error = await thrown(() => check(ctx));
    expect(error).toMatchObject({
      code: 'ucloud-balance',
      exitCode: 3,
      why: [expect.stringMatching(/costs ¥[\d,.]+ at once, by charge type year/)],
    });
    expect(writes(cloud)).toEqual([]);
  });

  test('keys that may ask for no price and no balance are enough', async () => {
    const cloud = await emulatedCloud();
    const ctx = await homeOf(cloud);
    for (const action of ['Get*Price', 'GetBalance', 'DescribeAvailableInstanceTypes'])
      cloud.faults.add({ action, effect: { kind: 'ret-code', code: 299 } });
    await check(ctx);
    const finish = ctx.recorded.plans.at(-1)?.events.find(({ kind, id }) => kind === 'finish' && id === 'check-capacity');
    expect(finish).toMatchObject({ detail: '4 hosts in stock' });
  });

  test('a network that was given and is not there ends it before terraform begins', async () => {
    const cloud = await emulatedCloud();
    const { DataSet } = await cloud.ok('DescribeSubnet');
    const { VPCId, SubnetId } = (DataSet as { VPCId: string; SubnetId: string }[])[0] ?? { VPCId: '', SubnetId: '' };
    const missing = await homeOf(cloud, { vpcId: 'uvnet-none', subnetId: SubnetId });
    expect(await thrown(() => check(missing, 'apply-network'))).toMatchObject({
      message: expect.stringContaining('vpcId uvnet-none is not in') as string,
      next: `nomadctl config set vpcId ${VPCId} --cluster prod`,
    });
    const other = await homeOf(cloud, { vpcId: VPCId, subnetId: 'subnet-none' });
    expect(await thrown(() => check(other, 'apply-network'))).toMatchObject({
      message: `subnetId subnet-none is not in ${VPCId}`,
      next: `nomadctl config set subnetId ${SubnetId} --cluster prod`,
    });
    expect(writes(cloud)).toEqual([]);
  });

  test('what was agreed to is said again', async () => {
    const cloud = await emulatedCloud();
    const agreed = { profile: 'poc', acceptInsecure: 'true', allowAnyone: 'true', chargeType: 'month' };
    const ctx = await homeOf(cloud, agreed);
    await configSet.run(
      { args: { key: 'allowIp', value: '0.0.0.0/0' }, flags: {} },
      { ...ctx, global: { ...ctx.global, cluster: 'prod' } },
    );
    await check(ctx);
    expect(ctx.recorded.warnings).toEqual([
      expect.stringContaining('Do not use it in production'),
      expect.stringContaining('Everybody on the internet'),
      expect.stringContaining('paid for a whole month in advance'),
    ]);
  });

  test('keys that are refused are told by where they are from, and 5xx by what to do', async () => {
    const cloud = await emulatedCloud();
    const ctx = await homeOf(cloud);
    const wrong = { ...ctx, env: { ...ctx.env, UCLOUD_PUBKEY: cloud.credentials.publicKey, UCLOUD_SECRET: 'wrong-key' } };
    expect(await thrown(() => check(wrong))).toMatchObject({
      code: 'ucloud-keys',
      why: expect.arrayContaining([expect.stringContaining('those of UCLOUD_PUBKEY and UCLOUD_SECRET')]) as string[],
      next: 'unset UCLOUD_PUBKEY UCLOUD_SECRET && nomadctl init prod',
    });
    cloud.faults.add({ action: 'GetRegion', effect: { kind: 'http-status', status: 400 } });
    expect((await thrown(() => check(ctx))).next).toEqual('nomadctl config explain baseUrl');
    cloud.faults.clear();
    cloud.faults.add({ action: 'GetRegion', effect: { kind: 'ret-code', code: 5999, message: 'unheard of' } });
    expect(await thrown(() => check(ctx))).toMatchObject({ exitCode: 1, next: hintMatching(/tries again$/) });
  });
});
