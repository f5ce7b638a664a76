import { readdirSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { init } from '../../src/commands/init.js';
import { AbortError, AnswerNeededError, PrerequisiteError } from '../../packages/base/src/errors.js';
import type { Hint } from '../../packages/base/src/hint/hint.js';
import type { FaultSpec } from '../../packages/ucloud-emulator/src/scope/faults.js';
import type { EmulatorOptions } from '../../packages/ucloud-emulator/src/server.js';
import { writeFileAtomic } from '../../packages/base/src/atomic-write.js';
import { rootOf } from '../../src/terraform/root.js';
import { acquireLock } from '../../src/engine/lock.js';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import type { Answer } from '../helpers/recorder-ui.js';
import { someImage } from '../helpers/terraform-home.js';
import { createTestContext, type TestContextOptions } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';
import { hintLine } from '../helpers/hint-line.js';

type Ctx = Awaited<ReturnType<typeof contextFor>>;

/** Somebody at a terminal, or, without answers, nobody. */
async function contextFor(cloud: EmulatedCloud, options: Pick<TestContextOptions, 'answers' | 'env' | 'home' | 'global'> = {}) {
  return createTestContext({ ...options, env: { NOMADCTL_BASE_URL: cloud.url, ...options.env } });
}

const typed = ({ credentials }: EmulatedCloud): Answer[] => [credentials.publicKey, credentials.privateKey];
const inEnvironment = ({ credentials }: EmulatedCloud) => ({
  UCLOUD_PUBLIC_KEY: credentials.publicKey,
  UCLOUD_PRIVATE_KEY: credentials.privateKey,
});
const run = (ctx: Ctx, flags: Record<string, string | boolean> = {}, name = 'prod') =>
  init({ args: { name }, flags: { target: 'ucloud', ...flags } }, ctx);
const asked = (ctx: Ctx) => ctx.recorded.questions.map(({ message }) => message.replace(/ \(.*/, ''));
const fileOf = (ctx: Ctx, name = 'prod') => readFile(ctx.paths.cluster(name).file, 'utf8');
const linesOf = async (ctx: Ctx) => (await fileOf(ctx)).split('\n').filter((line) => line !== '' && !line.trim().startsWith('#'));
const secretsOf = async (ctx: Ctx) => JSON.parse(await readFile(ctx.paths.cluster('prod').secrets, 'utf8')) as Record<string, string>;
const isEmpty = async (ctx: Ctx) => (await readdir(ctx.paths.home)).length === 0;
/** Answers to everything after the keys, in an account with one project: region, zones, image, who, size, paid. */
const DEFAULTS = ['', '', '', '', '', ''];

it('refuses a name too long for images before it asks anything, unless all images are given', async () => {
  const cloud = await emulatedCloud();
  const name = 'c'.repeat(26);
  const ctx = await contextFor(cloud, { answers: [] });
  expect(await thrown(() => run(ctx, {}, name))).toMatchObject({
    message: `cluster ${name} has too long a name for UCloud`,
    next: `nomadctl init ${'c'.repeat(25)} --target ucloud`,
  });
  expect(cloud.requests.list()).toEqual([]);
  const images = { consulServerImage: 'uimage-a', nomadServerImage: 'uimage-a', clientImage: 'uimage-a' };
  const nobody = await contextFor(cloud);
  expect(await thrown(() => run(nobody, images, name))).toBeInstanceOf(AnswerNeededError);
});

describe('asked', () => {
  it('asks in the order in which one thinks, offers what UCloud has, and tells what it costs', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: ['ucloud', ...typed(cloud), ...DEFAULTS] });
    const result = await init({ args: { name: 'prod' }, flags: {} }, ctx);
    expect(asked(ctx)).toEqual([
      'Where should the cluster live?',
      'Public key',
      'Private key',
      'Region',
      'Zones, three at most',
      'Base image',
      'Who may reach the cluster?',
      'Size',
      'Paid',
    ]);
    const { projectId } = cloud.credentials;
    expect(await linesOf(ctx)).toEqual([
      'version: 1',
      'name: prod',
      'target: ucloud',
      `projectId: ${projectId}`,
      'region: cn-bj2',
      'zones: [ cn-bj2-02, cn-bj2-03, cn-bj2-04 ]',
      `baseUrl: ${cloud.url}`,
      'allowIp: [ 127.0.0.1/32 ]',
      expect.stringMatching(/^baseImage: uimage-/),
      'consulServers: 3',
      'nomadServers: 3',
      'clients: 3',
      'consulServerType: o-basic-2',
      'nomadServerType: o-basic-2',
      'clientType: o-standard-4',
      'consulDataDisk: 20',
      'nomadDataDisk: 20',
      'clientDataDisk: 40',
      'chargeType: dynamic',
    ]);
    expect(ctx.recorded.notes).toEqual([
      'The keys work (checked with GetRegion: 22 regions)',
      `Project  ${projectId} Default, the only one of these keys`,
      '3 Consul and 3 Nomad servers o-basic-2, 3 clients o-standard-4\n≈ ¥5.18/hour, ¥3,779.94/month; traffic apart',
    ]);
    expect(result.text).toBe(`Wrote ${ctx.paths.cluster('prod').file}\nNext:  nomadctl build-images --cluster prod`);
    expect(result.data).toMatchObject({ price: { perHour: 5.18, perMonth: 3779.94, currency: 'CNY', chargeType: 'dynamic' } });
  });

  it('keeps keys that were typed, for the owner alone, and nowhere else', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS] });
    await run(ctx);
    const { publicKey, privateKey } = cloud.credentials;
    expect(await secretsOf(ctx)).toEqual({ ucloudPublicKey: publicKey, ucloudPrivateKey: privateKey });
    expect((await stat(ctx.paths.cluster('prod').secrets)).mode & 0o777).toBe(0o600);
    expect((await stat(ctx.paths.cluster('prod').dir)).mode & 0o777).toBe(0o700);
    expect(await fileOf(ctx)).not.toContain(privateKey);
    expect(JSON.stringify(ctx.recorded)).not.toContain(privateKey);
    expect(ctx.redact(`key ${privateKey}`)).toBe('key [redacted]');
  });

  it('says at once that keys are wrong, asks again, and writes nothing until they are right', async () => {
    const cloud = await emulatedCloud();
    const [publicKey = '', privateKey = ''] = typed(cloud) as string[];
    const ctx = await contextFor(cloud, { answers: ['nobody', 'wrong-key', publicKey, 'wrong-key', publicKey, privateKey, ...DEFAULTS] });
    const warn = ctx.ui.warn.bind(ctx.ui);
    // At once: nobody waits for a warning.
    ctx.ui.warn = (text: string) => {
      expect(readdirSync(ctx.paths.home)).toEqual([]);
      warn(text);
    };
    await run(ctx);
    expect(ctx.recorded.warnings.slice(0, 2)).toEqual([
      'UCloud refused GetRegion with code 172: there is no such public key',
      'UCloud refused GetRegion with code 171: the private key does not belong to the public key',
    ]);
    expect(await secretsOf(ctx)).toMatchObject({ ucloudPrivateKey: privateKey });
  });

  it('gives up after five wrong pairs', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: Array<string>(10).fill('wrong-key') });
    expect(await thrown(() => run(ctx))).toMatchObject({ exitCode: 1, message: expect.stringContaining('five times') as string });
    expect(await isEmpty(ctx)).toBe(true);
  });

  it('asks for numbers, types and disks one by one when told to', async () => {
    const cloud = await emulatedCloud();
    const own = [
      'other',
      '4',
      '5',
      'o-standard-2',
      '0',
      '3',
      '',
      '15',
      '50',
      '7',
      'other',
      'o-gigantic-4',
      'n-highmem-8',
      'om-highmem-8',
      '100',
    ];
    const ctx = await contextFor(cloud, { answers: [...typed(cloud), '', '', '', '', ...own, 'month'] });
    await run(ctx);
    expect(ctx.recorded.questions.flatMap(({ problem }) => problem ?? [])).toEqual([
      'must be 1, 3 or 5: an even number survives no more failures than one less (got 4)',
      'must be 0, or between 20 and 8000 in steps of 10 (got 15)',
      expect.stringContaining('must be such as o-standard-4'),
      'has no type of boot disk in common with o-standard-2, o-basic-2',
    ]);
    expect(await linesOf(ctx)).toEqual(
      expect.arrayContaining([
        'consulServers: 5',
        'consulServerType: o-standard-2',
        'consulDataDisk: 0',
        'nomadDataDisk: 50',
        'clients: 7',
        'clientType: om-highmem-8',
        'clientDataDisk: 100',
        'chargeType: month',
      ]),
    );
    expect(ctx.recorded.notes.at(-1)).toMatch(/month, paid by the month; traffic apart$/);
  });

  it('never takes a year without a second question that names the sum', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS.slice(1), 'year', false, 'year', true] });
    await run(ctx);
    expect(asked(ctx).filter((message) => message.startsWith('Pay '))).toHaveLength(2);
    expect(ctx.recorded.questions.find(({ message }) => message.startsWith('Pay '))?.message).toMatch(/^Pay ¥[\d,.]+\/year in advance/);
    expect(await linesOf(ctx)).toContain('chargeType: year');
  });

  it('lets the whole world in only for a typed yes', async () => {
    const cloud = await emulatedCloud();
    const no = await contextFor(cloud, { answers: [...typed(cloud), '', '', '', '0.0.0.0/0', 'maybe'] });
    expect(await thrown(() => run(no))).toMatchObject({ exitCode: 1 });
    expect(await isEmpty(no)).toBe(true);
    const yes = await contextFor(cloud, { answers: [...typed(cloud), '', '', '', '0.0.0.0/0', 'yes', '', ''] });
    await run(yes);
    expect(await linesOf(yes)).toEqual(expect.arrayContaining(['allowIp: [ 0.0.0.0/0 ]', 'allowAnyone: true']));
  });

  it('warns of profile poc as the project it is from does, and wants it agreed to', async () => {
    const cloud = await emulatedCloud();
    const no = await contextFor(cloud, { answers: [...typed(cloud), '', '', '', false] });
    expect(await thrown(() => run(no, { profile: 'poc' }))).toMatchObject({ exitCode: 1 });
    expect(no.recorded.warnings).toEqual([expect.stringMatching(/reachable from the public network.*not use it in production/)]);
    const yes = await contextFor(cloud, { answers: [...typed(cloud), '', '', '', true, '', '', ''] });
    await run(yes, { profile: 'poc' });
    expect(await linesOf(yes)).toEqual(expect.arrayContaining(['profile: poc', 'acceptInsecure: true']));
  });
});

describe('a second init', () => {
  it('asks for no keys, and offers every answer as the default', async () => {
    const cloud = await emulatedCloud();
    const first = await contextFor(cloud, { answers: [...typed(cloud), 'sg', ['sg-01'], '', '198.51.100.0/24', 'small', 'month'] });
    await run(first);
    const before = await fileOf(first);
    const again = await contextFor(cloud, { home: first.paths.home, answers: DEFAULTS });
    const result = await run(again);
    expect(asked(again)[0]).toBe('Region');
    expect(again.recorded.questions.map((question) => question.default)).toEqual([
      'sg',
      ['sg-01'],
      expect.stringMatching(/^uimage-/),
      '198.51.100.0/24',
      'this',
      'month',
    ]);
    expect(result.text).toContain('is as it was');
    expect(await fileOf(again)).toBe(before);
  });

  it('finds another image and other zones when the region changes', async () => {
    const cloud = await emulatedCloud();
    const first = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS] });
    await run(first);
    const before = await linesOf(first);
    const again = await contextFor(cloud, { home: first.paths.home, answers: ['cn-sh2', '', '', '', '', ''] });
    await run(again);
    const after = await linesOf(again);
    expect(after).toContain('zones: [ cn-sh2-01, cn-sh2-02, cn-sh2-03 ]');
    expect(after.find((line) => line.startsWith('baseImage'))).not.toBe(before.find((line) => line.startsWith('baseImage')));
  });

  it('does not move a cluster that is up', async () => {
    const cloud = await emulatedCloud();
    const first = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS] });
    await run(first);
    const before = await fileOf(first);
    const { valuesFile, state } = rootOf(first.paths.cluster('prod'), 'network');
    await writeFileAtomic(valuesFile, JSON.stringify({ project_id: cloud.credentials.projectId, region: 'cn-bj2' }));
    await writeFileAtomic(state, JSON.stringify({ resources: [{ mode: 'managed' }] }));
    const again = await contextFor(cloud, { home: first.paths.home, answers: ['hk', ''] });
    expect(await thrown(() => run(again))).toMatchObject({ code: 'cluster-moved' });
    expect(await fileOf(first)).toBe(before);
  });

  it('asks for keys again when those it kept have been withdrawn', async () => {
    const cloud = await emulatedCloud();
    const first = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS] });
    await run(first);
    const withdrawn = JSON.stringify({ ucloudPublicKey: 'gone', ucloudPrivateKey: 'gone-too', rootPassword: 'Kept-4-ever' });
    await writeFile(first.paths.cluster('prod').secrets, withdrawn);
    const again = await contextFor(cloud, { home: first.paths.home, answers: [...typed(cloud), ...DEFAULTS] });
    await run(again);
    expect(again.recorded.warnings[0]).toContain('code 172');
    expect(await secretsOf(again)).toMatchObject({ ucloudPrivateKey: cloud.credentials.privateKey, rootPassword: 'Kept-4-ever' });
  });
});

describe('where keys come from', () => {
  it.each([
    ['UCLOUD_PUBLIC_KEY', 'UCLOUD_PRIVATE_KEY'],
    ['UCLOUD_PUBKEY', 'UCLOUD_SECRET'],
  ])('%s and %s of the environment, which are not kept', async (publicName, privateName) => {
    const cloud = await emulatedCloud();
    const env = { [publicName]: cloud.credentials.publicKey, [privateName]: cloud.credentials.privateKey };
    const ctx = await contextFor(cloud, { env, answers: DEFAULTS });
    await run(ctx);
    expect(ctx.recorded.notes[1]).toContain(`The keys of ${publicName} and ${privateName} work`);
    expect(await readdir(ctx.paths.cluster('prod').dir)).toEqual(['cluster.yaml']);
  });

  it('wrong ones of the environment are said, and nothing else is tried', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: { ...inEnvironment(cloud), UCLOUD_PRIVATE_KEY: 'wrong-key' }, answers: [] });
    const error = await thrown(() => run(ctx));
    expect(error).toBeInstanceOf(PrerequisiteError);
    expect(error).toMatchObject({
      code: 'ucloud-keys',
      details: { retCode: 171 },
      why: expect.arrayContaining([expect.stringContaining('the keys are those of UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY')]) as string[],
      next: 'unset UCLOUD_PUBLIC_KEY UCLOUD_PRIVATE_KEY && nomadctl init prod',
    });
  });

  it('that were kept and are refused by now are told by their file, and others are asked for', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS] });
    await writeFileAtomic(ctx.paths.cluster('prod').secrets, '{"ucloudPublicKey": "old", "ucloudPrivateKey": "old-key"}', 0o600);
    await run(ctx);
    expect(ctx.recorded.warnings[0]).toContain(`the keys are those of ${ctx.paths.cluster('prod').secrets}`);
    expect(await secretsOf(ctx)).toMatchObject({ ucloudPrivateKey: cloud.credentials.privateKey });
  });

  it("UCloud's own program's file, by profile", async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: ['work', ...DEFAULTS] });
    const home = ctx.paths.home;
    await mkdir(join(home, '.ucloud'));
    const { publicKey, privateKey } = cloud.credentials;
    const profiles = [
      { profile: 'default', public_key: 'another', private_key: 'another-key' },
      { profile: 'work', public_key: publicKey, private_key: privateKey },
      { profile: 'broken' },
    ];
    await writeFile(join(home, '.ucloud', 'credential.json'), JSON.stringify(profiles));
    const withHome = { ...ctx, env: { ...ctx.env, HOME: home } };
    await run(withHome);
    expect(asked(ctx)[0]).toBe('Keys to UCloud');
    expect(await secretsOf(ctx)).toEqual({ ucloudPublicKey: publicKey, ucloudPrivateKey: privateKey });
    const unknown = await contextFor(cloud, { env: { HOME: home, UCLOUD_PROFILE: 'wrok' } });
    expect(await thrown(() => run(unknown, { allowIp: '203.0.113.7/32', projectId: 'org-1' }))).toMatchObject({
      details: { flags: ['UCLOUD_PROFILE'] },
      why: [expect.stringContaining('one of default, work, which')],
    });
    const silent = await contextFor(cloud, { env: { HOME: home, UCLOUD_PROFILE: 'work' } });
    await run(silent, { allowIp: '203.0.113.7/32' });
    expect(await secretsOf(silent)).toMatchObject({ ucloudPublicKey: publicKey });
    await writeFile(join(home, '.ucloud', 'credential.json'), '[{"profile": "de');
    const torn = await contextFor(cloud, { env: { HOME: home } });
    expect(await thrown(() => run(torn, { allowIp: '203.0.113.7/32', projectId: 'org-1' }))).toBeInstanceOf(AnswerNeededError);
    expect(torn.recorded.warnings).toEqual([expect.stringContaining('is not what UCloud')]);
  });
});

describe('what the keys may do', () => {
  const accounts = (key: object): EmulatorOptions['accounts'] => [
    {
      name: 'team',
      projects: [
        { id: 'org-one', name: 'One' },
        { id: 'org-two', name: 'Two' },
      ],
      keys: [{ publicKey: 'limited', privateKey: 'limited-key', ...key }],
    },
  ];
  const env = { UCLOUD_PUBLIC_KEY: 'limited', UCLOUD_PRIVATE_KEY: 'limited-key' };

  it('offers the projects that there are', async () => {
    const cloud = await emulatedCloud({ accounts: accounts({}) });
    const ctx = await contextFor(cloud, { env, answers: ['org-two', ...DEFAULTS] });
    await run(ctx);
    expect(asked(ctx)[0]).toBe('Project');
    expect(await linesOf(ctx)).toContain('projectId: org-two');
  });

  it('offers only those that it has a right to', async () => {
    const cloud = await emulatedCloud({ accounts: accounts({ projects: ['org-two'] }) });
    const ctx = await contextFor(cloud, { env, answers: DEFAULTS });
    await run(ctx);
    expect(await linesOf(ctx)).toContain('projectId: org-two');
    const wrong = await contextFor(cloud, { env });
    const error = await thrown(() => run(wrong, { projectId: 'org-one', allowIp: '203.0.113.7/32' }));
    expect(error).toMatchObject({ code: 'ucloud-project', why: ['they may use org-two Two'] });
  });

  it('asks for the project by id when projects may not be listed', async () => {
    const actions = ['Describe*', 'GetRegion', 'GetUHostInstancePrice', 'GetEIPPrice'];
    const cloud = await emulatedCloud({ accounts: accounts({ actions }) });
    const ctx = await contextFor(cloud, { env, answers: ['org-one', ...DEFAULTS] });
    await run(ctx);
    expect(ctx.recorded.questions[0]?.message).toContain('such as org-abc123');
    expect(await linesOf(ctx)).toContain('projectId: org-one');
  });

  it('writes the cluster file also where prices may not be asked for', async () => {
    const cloud = await emulatedCloud({ accounts: accounts({ actions: ['Describe*', 'GetRegion', 'GetProjectList'] }) });
    const ctx = await contextFor(cloud, { env, answers: ['org-one', ...DEFAULTS] });
    expect((await run(ctx)).data).toMatchObject({ price: null });
    expect(ctx.recorded.notes.at(-1)).toContain('UCloud did not tell what that costs');
  });

  it('trusts the types that it may not ask for', async () => {
    const actions = ['DescribeI*', 'DescribeU*', 'DescribeV*', 'Get*'];
    const cloud = await emulatedCloud({ accounts: accounts({ actions }) });
    const ctx = await contextFor(cloud, { env });
    await run(ctx, { projectId: 'org-one', allowIp: '203.0.113.7/32' });
    expect(await linesOf(ctx)).toContain('clientType: o-standard-4');
  });

  it('says what UCloud says about a region without right', async () => {
    const cloud = await emulatedCloud({ accounts: accounts({ regions: ['cn-bj2'] }) });
    const ctx = await contextFor(cloud, { env });
    const flags = { projectId: 'org-one', allowIp: '203.0.113.7/32', region: 'hk' };
    expect(await thrown(() => run(ctx, flags))).toMatchObject({ details: { retCode: 230 } });
  });
});

describe('zones', () => {
  it.each([
    ['cn-bj1', ['cn-bj1-01'], 'cn-bj1 has 1'],
    ['cn-wlcb', ['cn-wlcb-01', 'cn-wlcb-03'], 'cn-wlcb has 2'],
    ['cn-sh2', ['cn-sh2-01', 'cn-sh2-02', 'cn-sh2-03'], undefined],
  ])('of %s', async (region, zones, warning) => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    await run(ctx, { region, allowIp: '203.0.113.7/32' });
    expect(await linesOf(ctx)).toContain(`zones: [ ${zones.join(', ')} ]`);
    expect(ctx.recorded.warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(`Fewer than three zones (${warning})`)]);
  });

  it('asks again for none and for four', async () => {
    const cloud = await emulatedCloud();
    const four = ['cn-bj2-02', 'cn-bj2-03', 'cn-bj2-04', 'cn-bj2-05'];
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud), answers: ['', [], four, ['cn-bj2-05'], '', '', '', ''] });
    await run(ctx);
    expect(await linesOf(ctx)).toContain('zones: [ cn-bj2-05 ]');
  });

  it('refuses one of another region, with those that there are', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const error = await thrown(() => run(ctx, { zones: 'hk-01', allowIp: '203.0.113.7/32' }));
    expect(error).toMatchObject({ code: 'ucloud-not-offered', why: [expect.stringContaining('cn-bj2-02')] });
  });
});

describe('stock', () => {
  const soldOut = (cloud: EmulatedCloud) => cloud.faults.add({ effect: { kind: 'sold-out', machineType: 'O', zone: 'cn-bj2-03' } });

  it('offers no type that is sold out in a zone, and refuses it for a new cluster', async () => {
    const cloud = await emulatedCloud();
    soldOut(cloud);
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const error = await thrown(() => run(ctx, { allowIp: '203.0.113.7/32' }));
    expect(error).toBeInstanceOf(PrerequisiteError);
    expect(error.message).toBe('instance type o-basic-2 is sold out in cn-bj2-03');
    const person = await contextFor(cloud, {
      env: inEnvironment(cloud),
      answers: ['', '', '', '', 'other', '', 'n-basic-2', '', '', '', '', '', '', '', ''],
    });
    await run(person);
    expect(await linesOf(person)).toEqual(expect.arrayContaining(['consulServerType: n-basic-2', 'clientType: n-basic-2']));
    // Those machines boot from no disk of type cloud_rssd.
    expect(await linesOf(person)).toEqual(
      expect.arrayContaining(['bootDiskType: cloud_ssd', 'dataDiskType: cloud_ssd', 'buildType: n-basic-2']),
    );
  });

  it('only warns about a cluster that is there', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    await run(ctx, { allowIp: '203.0.113.7/32' });
    soldOut(cloud);
    await run(ctx, { clients: '5' });
    expect(ctx.recorded.warnings).toContain(
      'instance type o-basic-2 is sold out in cn-bj2-03: hosts that are there stay, new ones could not be made',
    );
    expect(await linesOf(ctx)).toContain('clients: 5');
  });

  it('refuses a family and a size that are not sold', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const flags = { allowIp: '203.0.113.7/32' };
    expect(await thrown(() => run(ctx, { ...flags, clientType: 'z-basic-2' }))).toMatchObject({ code: 'ucloud-not-offered' });
    expect(await thrown(() => run(ctx, { ...flags, clientType: 'o-basic-6' }))).toMatchObject({
      message: 'instance type o-basic-6 is no size of its family',
    });
  });
});

/** Flags of a `nomadctl init` as a message tells it. */
function flagsIn(next: Hint | undefined): Record<string, string | boolean> {
  const words = [...hintLine(next).matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  expect(words.slice(0, 3)).toEqual(['nomadctl', 'init', 'prod']);
  const flags: Record<string, string | boolean> = {};
  for (let at = 3; at < words.length; at += 2) {
    const name = (words[at] ?? '').slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    flags[name] = words[at + 1] ?? '';
  }
  return flags;
}

describe('what UCloud does not have', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a region', { region: 'cn-bj' }, 'region "cn-bj" is not offered'],
    ['zones', { zones: 'cn-bj2-02,cn-bj2-09,cn-sh2-01' }, 'zones "cn-bj2-09" is not offered'],
    ['a project', { projectId: 'org-none' }, 'project "org-none" is none that these keys may use'],
    ['a family', { clientType: 'q-basic-2' }, 'instance type q-basic-2 is not sold in these zones'],
    ['a size', { clientType: 'o-basic-22' }, 'instance type o-basic-22 is no size of its family'],
    ['a base image', { baseImage: 'uimage-none' }, 'base image uimage-none is not in region cn-bj2'],
    ['an image of hosts', { clientImage: 'uimage-none' }, 'clientImage uimage-none is not in region cn-bj2'],
    ['disks of a family', { clientType: 'n-basic-2', consulServerType: 'n-basic-2', nomadServerType: 'n-basic-2' }, 'boots from'],
  ])('%s: the command that is told goes through, with everything else as it was said', async (_, flags, message) => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const error = await thrown(() => run(ctx, { allowIp: '203.0.113.7/32,198.51.100.0/24', clients: '5', ...flags }));
    expect(error.message).toContain(message);
    expect(error.why).not.toEqual([]);
    const again = flagsIn(error.next);
    expect(again).toMatchObject({ target: 'ucloud', allowIp: '203.0.113.7/32,198.51.100.0/24', clients: '5' });
    await run(ctx, again);
    expect(await linesOf(ctx)).toContain('clients: 5');
  });

  it('a type that is sold out everywhere: another family is told', async () => {
    const cloud = await emulatedCloud();
    cloud.faults.add({ effect: { kind: 'sold-out', machineType: 'O' } });
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const error = await thrown(() => run(ctx, { allowIp: '203.0.113.7/32' }));
    await run(ctx, flagsIn(error.next));
    expect(await linesOf(ctx)).toEqual(expect.arrayContaining(['consulServerType: om-basic-2', 'clientType: om-standard-4']));
  });

  it('a network that was given: one that is there is told', async () => {
    const cloud = await emulatedCloud();
    const { DataSet } = await cloud.ok('DescribeSubnet');
    const [{ VPCId, SubnetId }] = DataSet as [{ VPCId: string; SubnetId: string }];
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const error = await thrown(() => run(ctx, { allowIp: '203.0.113.7/32', vpcId: 'uvnet-none', subnetId: SubnetId }));
    expect(error.message).toContain('vpcId uvnet-none is not in');
    expect(flagsIn(error.next)).toMatchObject({ vpcId: VPCId, subnetId: SubnetId });
    await run(ctx, flagsIn(error.next));
  });
});

describe('where nobody can be asked', () => {
  it('names every missing flag at once, and asks UCloud nothing', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud);
    const error = await thrown(() => run(ctx, { profile: 'poc' }));
    expect(error).toBeInstanceOf(AnswerNeededError);
    expect(error.details).toEqual({
      flags: ['--allow-ip', '--accept-insecure', 'UCLOUD_PUBLIC_KEY', 'UCLOUD_PRIVATE_KEY', '--project-id'],
    });
    expect(error.next).toEqual('nomadctl init prod --target ucloud --profile poc');
    expect(ctx.recorded.warnings).toEqual([expect.stringContaining('Do not use it in production')]);
    expect((await cloud.control('GET', '/requests')).body).toMatchObject({ requests: [] });
  });

  it('names the project among them when there are several, and the consent to let everybody in', async () => {
    const accounts = [
      {
        name: 'team',
        projects: ['org-one', 'org-two'].map((id) => ({ id, name: id })),
        keys: [{ publicKey: 'somebody', privateKey: 'some-key' }],
      },
    ];
    const cloud = await emulatedCloud({ accounts });
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const error = await thrown(() => run(ctx, { allowIp: '0.0.0.0/0' }));
    expect(error.details).toEqual({ flags: ['--allow-anyone', '--project-id'] });
  });

  it('takes flags and what UCloud has for the rest', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    await run(ctx, { allowIp: '203.0.113.7/32', clients: '1', chargeType: 'year' });
    expect(await linesOf(ctx)).toEqual(
      expect.arrayContaining(['clients: 1', 'chargeType: year', expect.stringMatching(/^baseImage: uimage-/)]),
    );
    expect(ctx.recorded.notes.at(-1)).toContain('paid by the year');
  });

  it('writes nothing with --plan, secrets neither', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: [...typed(cloud), ...DEFAULTS] });
    const { text, exitCode } = await run(ctx, { plan: true, exitCode: true });
    expect(text).toContain('+ region: cn-bj2');
    expect(exitCode).toBe(10);
    expect(await isEmpty(ctx)).toBe(true);
  });

  it('refuses an image of another region, and one that hosts cannot be made from', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const flags = { allowIp: '203.0.113.7/32' };
    const elsewhere = (await cloud.ok('DescribeImage', { Region: 'hk', ImageType: 'Base' }))['ImageSet'][0].ImageId as string;
    expect(await thrown(() => run(ctx, { ...flags, baseImage: elsewhere }))).toMatchObject({ code: 'base-image-unknown' });
    const images = (await cloud.ok('DescribeImage', { ImageType: 'Base' }))['ImageSet'] as { ImageId: string; ImageName: string }[];
    const old = images.find(({ ImageName }) => ImageName.startsWith('CentOS 6'))?.ImageId ?? '';
    expect(await thrown(() => run(ctx, { ...flags, baseImage: old }))).toMatchObject({ code: 'base-image-unfit' });
  });
});

describe('--from', () => {
  it('takes the file, checks it at UCloud, and finds out what it leaves open', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { answers: typed(cloud) });
    const from = join(ctx.paths.home, 'given.yaml');
    await writeFile(from, `version: 1\nname: prod\ntarget: ucloud\nbaseUrl: ${cloud.url}\nregion: sg\nallowIp: [203.0.113.0/24] # us\n`);
    await run(ctx, { from, clients: '9' });
    expect(await fileOf(ctx)).toContain('allowIp: [203.0.113.0/24] # us');
    expect(await linesOf(ctx)).toEqual(
      expect.arrayContaining([`projectId: ${cloud.credentials.projectId}`, 'zones: [ sg-01, sg-02 ]', 'clients: 9']),
    );
    expect(await secretsOf(ctx)).toMatchObject({ ucloudPublicKey: cloud.credentials.publicKey });
  });

  it('takes from the environment what the file lacks, as messages say', async () => {
    const cloud = await emulatedCloud();
    const from = (ctx: Ctx) => join(ctx.paths.home, 'given file.yaml');
    const ctx = await contextFor(cloud, { env: { ...inEnvironment(cloud), NOMADCTL_ALLOW_IP: '203.0.113.7/32' } });
    await writeFile(from(ctx), 'version: 1\nname: prod\ntarget: ucloud\n');
    await run(ctx, { from: from(ctx) });
    expect(await linesOf(ctx)).toEqual(expect.arrayContaining([`baseUrl: ${cloud.url}`, 'allowIp: [ 203.0.113.7/32 ]']));
    const wrong = { ...ctx, env: { ...ctx.env, NOMADCTL_CLIENTS: 'many' } };
    expect((await thrown(() => run(wrong, { from: from(ctx) }))).message).toContain('NOMADCTL_CLIENTS: must be a whole number');
  });

  it('says what does not go together in the file before UCloud is asked anything', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const from = join(ctx.paths.home, 'given file.yaml');
    await writeFile(from, 'version: 1\nname: prod\ntarget: ucloud\nallowIp: [203.0.113.0/24]\nmanagementCidr: 10.81.0.0/16\n');
    const error = await thrown(() => run(ctx, { from }));
    expect(error.message).toContain('share addresses');
    expect(error.next).toEqual(`nomadctl init prod --from '${from}' --clients-cidr 10.82.0.0/16`);
    expect(cloud.requests.list()).toEqual([]);
    expect(await thrown(() => run(ctx, { from: `${from}.none` }))).toMatchObject({ next: `ls -ld '${from}.none'` });
  });

  it('says what the file wants that UCloud does not have', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const from = join(ctx.paths.home, 'given.yaml');
    await writeFile(from, `version: 1\nname: prod\ntarget: ucloud\nbaseUrl: ${cloud.url}\nregion: cn-bj9\nallowIp: [203.0.113.0/24]\n`);
    expect(await thrown(() => run(ctx, { from }))).toMatchObject({ message: 'region "cn-bj9" is not offered by UCloud here' });
  });
});

describe('when UCloud is not well', () => {
  it.each<[string, FaultSpec]>([
    ['is throttled, now and then', { effect: { kind: 'ret-code', code: 153 }, skip: 4, count: 3 }],
    ['loses answers', { effect: { kind: 'reset', when: 'after' }, skip: 4, count: 3 }],
    ['has a gateway that fails', { effect: { kind: 'http-status', status: 503 }, skip: 4, count: 3 }],
  ])('asks again when it %s', async (_, fault) => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    const struck = cloud.faults.add(fault).id;
    await run({ ...ctx, clock: { ...ctx.clock, sleep: async () => undefined } }, { allowIp: '203.0.113.7/32' });
    expect(cloud.faults.list().find(({ id }) => id === struck)?.struck).toBe(3);
    expect(await linesOf(ctx)).toContain('region: cn-bj2');
  });

  it('says so, and writes nothing', async () => {
    const cloud = await emulatedCloud();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    cloud.faults.add({ effect: { kind: 'http-status', status: 500 }, action: 'DescribeImage' });
    const error = await thrown(() => run(ctx, { allowIp: '203.0.113.7/32' }));
    expect(error).toMatchObject({ code: 'ucloud-status', exitCode: 1, next: 'try again in a minute' });
    expect(await isEmpty(ctx)).toBe(true);
  });

  it('ends at once when it is interrupted while UCloud does not answer', async () => {
    const cloud = await emulatedCloud();
    const stop = new AbortController();
    const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
    cloud.faults.add({ effect: { kind: 'hang' }, action: 'DescribeImage' });
    const hung = run({ ...ctx, signal: stop.signal }, { allowIp: '203.0.113.7/32' });
    setTimeout(() => stop.abort(new AbortError('Interrupted', 130)), 300);
    await expect(hung).rejects.toThrow('Interrupted');
    expect(await isEmpty(ctx)).toBe(true);
  });
});

it('tells the half of a pair of keys that is missing', async () => {
  const cloud = await emulatedCloud();
  const ctx = await contextFor(cloud, { env: { UCLOUD_PUBLIC_KEY: 'half' }, answers: [...typed(cloud), ...DEFAULTS] });
  await run(ctx);
  expect(ctx.recorded.warnings[0]).toBe('UCLOUD_PRIVATE_KEY is not set: its other half in the environment is of no use');
});

it('goes on with up where all images are given', async () => {
  const cloud = await emulatedCloud();
  const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
  const image = await someImage(cloud);
  const images = { consulServerImage: image, nomadServerImage: image, clientImage: image };
  expect((await run(ctx, { allowIp: '203.0.113.7/32', ...images })).text).toContain('Next:  nomadctl up prod');
});

it('does not write while another run is at work, nor over what changed while it asked', async () => {
  const cloud = await emulatedCloud();
  const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
  const { lock, file } = ctx.paths.cluster('prod');
  await run(ctx, { allowIp: '203.0.113.7/32' });
  const before = await fileOf(ctx);
  const held = await acquireLock(lock, 'nomadctl up prod', Date.now());
  expect(await thrown(() => run(ctx, { clients: '5' }))).toMatchObject({ exitCode: 5 });
  await held.release();
  expect(await fileOf(ctx)).toBe(before);
  const note = ctx.ui.note.bind(ctx.ui);
  const meanwhile = { ...ctx, ui: Object.assign(Object.create(ctx.ui) as typeof ctx.ui, { note }) };
  meanwhile.ui.note = (text: string) => {
    writeFileSync(file, `${before}# mine\n`);
    note(text);
  };
  expect(await thrown(() => run(meanwhile, { clients: '5' }))).toMatchObject({ code: 'file-changed', next: 'nomadctl init prod' });
  expect(await fileOf(ctx)).toBe(`${before}# mine\n`);
});

it('refuses a name that is taken in the project and region, and not in another', async () => {
  const cloud = await emulatedCloud();
  await cloud.ok('CreateVPC', { Name: 'theirs', 'Network.0': '10.80.0.0/16', Tag: 'nomadctl-prod' });
  const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
  const error = await thrown(() => run(ctx, { allowIp: '203.0.113.7/32' }));
  expect(error).toMatchObject({ code: 'cluster-name-taken', why: [expect.stringContaining('1 network with')] });
  await run(ctx, { allowIp: '203.0.113.7/32', region: 'hk' });
  await run(ctx, { allowIp: '203.0.113.7/32' }, 'other');
});

it('refuses flags of another target, with the way to it', async () => {
  const cloud = await emulatedCloud();
  const ctx = await contextFor(cloud, { env: inEnvironment(cloud) });
  const wrong = await thrown(() => run(ctx, { servers: '3' }));
  expect(wrong.message).toBe('--servers: is a setting of target local, and the cluster lives on ucloud');
  const local = await thrown(() => init({ args: { name: 'here' }, flags: { region: 'hk' } }, ctx));
  expect(local).toMatchObject({ next: 'nomadctl init here --target ucloud --region hk' });
});

it('asks to be told the address when what UCloud sees cannot be known', async () => {
  const { ownAddress } = await import('../../src/targets/ucloud/interview/settle-access.js');
  const from = (local: string, remote: string) => ownAddress({ ends: () => ({ local, remote }) });
  expect(from('192.168.1.5', '106.75.0.1')).toBeUndefined();
  expect(from('::ffff:203.0.113.7', '::ffff:106.75.0.1')).toBe('203.0.113.7/32');
  expect(from('10.9.0.3', '10.8.0.2')).toBe('10.9.0.3/32');
  expect(from('2001:db8::1', '2001:db8::2')).toBeUndefined();
  expect(ownAddress({ ends: () => undefined })).toBeUndefined();
});
