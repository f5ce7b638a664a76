import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { command as down } from '../../src/commands/down.js';
import { command as list } from '../../src/commands/list.js';
import { command as status } from '../../src/commands/status.js';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { hintLine, hintMatching } from '../helpers/hint-line.js';
import { layCluster, layHost } from '../helpers/laid-cluster.js';
import { thrown } from '../helpers/thrown.js';
import { ucloudHome, type UcloudHome } from '../helpers/ucloud-home.js';

const yes = { global: { yes: true } };

const run = (ctx: UcloudHome, flags: Record<string, boolean | string> = {}, name = 'prod') => down.run({ args: { name }, flags }, ctx);

/** How much there is of every kind, what UCloud gives everybody included. */
async function left(cloud: EmulatedCloud): Promise<Record<string, number>> {
  await cloud.ok('DescribeVPC');
  const { body } = await cloud.control('GET', '/resources');
  return body.resources ?? body;
}

async function leftAfter(cloud: EmulatedCloud, before: Record<string, number>): Promise<string[]> {
  return Object.entries(await left(cloud)).flatMap(([kind, count]) =>
    count === (before[kind] ?? 0) || kind === 'lease' ? [] : [`${kind}: ${count}`],
  );
}

test('hosts, network and leftovers: the cloud is empty afterwards', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const before = await left(cloud);
  await layCluster(cloud, 'prod');
  const ctx = await ucloudHome(cloud, yes);
  const result = await run(ctx, { waitNetwork: true, prune: true });
  expect(await leftAfter(cloud, before)).toEqual([]);
  expect(ctx.recorded.plans[0]?.outcomes).toEqual({
    'stop-jobs': 'done',
    'destroy-cluster': 'done',
    'wait-for-network': 'done',
    'destroy-network': 'done',
    'look-for-leftovers': 'done',
  });
  const said = ctx.recorded.plans[0]?.events.filter((event) => event.kind === 'finish' && event.id === 'look-for-leftovers');
  expect(said).toMatchObject([{ detail: '1 image' }]);
  expect(result?.text).toContain('prod is down');
  expect(readdirSync(ctx.paths.cluster('prod').dir).sort()).toEqual(['cluster.yaml', 'secrets.json']);
  expect(Object.keys(JSON.parse(readFileSync(ctx.paths.cluster('prod').secrets, 'utf8')))).toEqual(['ucloudPublicKey', 'ucloudPrivateKey']);
});

test('a second time there is nothing to do, and nothing is asked', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const ctx = await ucloudHome(cloud);
  await run(ctx, { waitNetwork: true });
  expect((await run(ctx))?.text).toContain('prod was not up');
  expect(cloud.requests.list().filter(({ action }) => !action.startsWith('Describe'))).toEqual([]);
});

test('without --wait-network the network is marked, shown, and deleted by the command that is told', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  const ctx = await ucloudHome(cloud, yes);
  const first = await run(ctx, { prune: true });
  expect(hintLine(first?.next, ctx.given)).toBe('nomadctl down prod --wait-network');
  expect(first?.data).toMatchObject({ networkPending: true, leftovers: [] });
  expect((await list.run({ args: {}, flags: {} }, ctx))?.text).toMatch(
    /prod +ucloud +pending [^]*pending {2}prod: its network is still there; to delete it: nomadctl down prod --wait-network$/,
  );
  expect((await status.run({ args: { name: 'prod' }, flags: {} }, ctx))?.text).toContain('nomadctl down prod --wait-network');
  await run(ctx, { waitNetwork: true });
  expect(await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).toMatchObject({ DataSet: [] });
  expect((await list.run({ args: {}, flags: {} }, ctx))?.text).toMatch(/prod +ucloud +down/);
});

test('images stay for the next up, and are told of with what they cost', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  const ctx = await ucloudHome(cloud, yes);
  const result = await run(ctx, { waitNetwork: true });
  expect(result?.text).toMatch(/image +uimage-\w+ +nomadctl-prod-consul-server-0123456789ab/);
  expect(result?.text).toContain('To remove them: nomadctl down prod --prune');
  expect(existsSync(ctx.paths.cluster('prod').journal)).toBe(true);
});

describe('the typed agreement', () => {
  test('says what goes and what it costs', async () => {
    const cloud = await emulatedCloud({ timeScale: 0 });
    await layCluster(cloud, 'prod');
    const ctx = await ucloudHome(cloud, { answers: ['yes', 'prod'] });
    await run(ctx, { waitNetwork: true });
    const [question] = ctx.recorded.questions;
    expect(question?.message).toMatch(
      /^Type the cluster's name to destroy 3 hosts, 3 addresses, 2 networks \(about ¥[\d.]+ an hour, ¥[\d.,]+ a month\)$/,
    );
    expect(question?.problem).toContain('that is not prod');
  });

  test('refused: nothing is changed', async () => {
    const cloud = await emulatedCloud({ timeScale: 0 });
    await layCluster(cloud, 'prod');
    const ctx = await ucloudHome(cloud, { answers: [''] });
    expect(await thrown(() => run(ctx))).toMatchObject({ code: 'declined', exitCode: 1 });
    expect((await cloud.ok('DescribeUHostInstance', { Tag: 'nomadctl-prod' })).TotalCount).toBe(3);
  });

  test('nobody to ask: 4, and the flag', async () => {
    const cloud = await emulatedCloud({ timeScale: 0 });
    await layCluster(cloud, 'prod');
    const error = await thrown(async () => run(await ucloudHome(cloud)));
    expect(error).toMatchObject({ exitCode: 4, next: hintMatching(/--yes$/) });
    expect(error.message).toContain('3 hosts, 3 addresses');
  });
});

test('only what is this cluster’s goes: not that of one with a longer name, not the user’s own', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  const other = await layCluster(cloud, 'prod-eu');
  const own = await layHost(cloud, { Name: 'prod-database', Tag: 'Default' });
  cloud.clock.advance(60_000);
  await run(await ucloudHome(cloud, yes), { waitNetwork: true, prune: true });
  expect((await cloud.ok('DescribeUHostInstance')).UHostSet.map(({ UHostId }: { UHostId: string }) => UHostId).sort()).toEqual(
    [...other.hosts, own].sort(),
  );
  expect((await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod-eu' })).TotalCount).toBe(2);
  expect((await cloud.ok('DescribeImage', { ImageType: 'Custom' })).TotalCount).toBe(1);
  expect((await cloud.ok('DescribeIsolationGroup')).TotalCount).toBe(1);
});

test('a network that the user gave by id stays, also when it carries the tag', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { vpcs, subnets } = await layCluster(cloud, 'prod');
  const settings = `vpcId: ${vpcs[0]}\nsubnetId: ${subnets[0]}`;
  await run(await ucloudHome(cloud, { ...yes, settings }), { waitNetwork: true, prune: true });
  expect((await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).DataSet).toMatchObject([{ VPCId: vpcs[0], SubnetCount: 1 }]);
});

describe('an end in the middle', () => {
  test('of the wait: the same command goes on, and the time so far counts on', async () => {
    const cloud = await emulatedCloud({ timeScale: 0 });
    await layCluster(cloud, 'prod');
    const stop = new AbortController();
    const ctx = await ucloudHome(cloud, { ...yes, overrides: { signal: stop.signal } });
    const sleep = ctx.clock.sleep.bind(ctx.clock);
    let slept = 0;
    const impatient = {
      ...ctx,
      clock: {
        ...ctx.clock,
        sleep: async (ms: number, signal?: AbortSignal) => {
          if (ms === 2000 && ++slept === 50) stop.abort(new Error('Ctrl-C'));
          return sleep(ms, signal);
        },
      },
    };
    await thrown(() => run(impatient, { waitNetwork: true }));
    const again = { ...ctx, signal: new AbortController().signal };
    await run(again, { waitNetwork: true });
    const lines = ctx.recorded.plans[1]?.events.flatMap((event) =>
      event.kind === 'line' && event.id === 'wait-for-network' ? [event.text] : [],
    );
    expect(lines?.[0]).toMatch(/· 1 m \d+ s$/);
    expect(await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).toMatchObject({ DataSet: [] });
  });

  test('with the journal lost', async () => {
    const cloud = await emulatedCloud({ timeScale: 0 });
    const before = await left(cloud);
    await layCluster(cloud, 'prod');
    const ctx = await ucloudHome(cloud, yes);
    await run(ctx);
    rmSync(ctx.paths.cluster('prod').journal);
    await run(ctx, { waitNetwork: true, prune: true });
    expect(await leftAfter(cloud, before)).toEqual([]);
  });
});

test('a host of an image build that was killed goes, too', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const before = await left(cloud);
  await layHost(cloud, { Name: 'nomadctl-build-prod-nomad-client-0a1b2c3d' });
  cloud.clock.advance(60_000);
  await run(await ucloudHome(cloud, yes));
  expect(await leftAfter(cloud, before)).toEqual([]);
});

test('a foreign holder ends the wait with its id, and the network stays marked', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { subnets } = await layCluster(cloud, 'prod');
  cloud.faults.add({ effect: { kind: 'foreign-holder', subnet: subnets[0], resource: 'uhost-theirs' } });
  const ctx = await ucloudHome(cloud, yes);
  expect(await thrown(() => run(ctx, { waitNetwork: true }))).toMatchObject({ code: 'network-foreign-holder', exitCode: 1 });
  expect((await list.run({ args: {}, flags: {} }, ctx))?.text).toContain('pending');
  cloud.faults.clear();
  await run(ctx, { waitNetwork: true });
  expect(await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).toMatchObject({ DataSet: [] });
});

test('--keep-data is refused: hosts keep nothing', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  expect(await thrown(async () => run(await ucloudHome(cloud, yes), { keepData: true }))).toMatchObject({ code: 'keep-data-elsewhere' });
});
