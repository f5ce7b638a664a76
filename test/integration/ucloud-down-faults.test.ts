import { expect, test } from 'vitest';
import { command as down } from '../../src/commands/down.js';
import { createFaults, type FaultSpec } from '../../packages/ucloud-emulator/src/scope/faults.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { layCluster } from '../helpers/laid-cluster.js';
import { randomFrom } from '../helpers/random.js';
import { resourcesLeft } from '../helpers/take-down.js';
import { ucloudHome } from '../helpers/ucloud-home.js';

/** What can go wrong with an answer, each often enough to hit every kind of request, and over after a while. */
const faults: readonly (readonly [name: string, faults: readonly FaultSpec[]])[] = [
  ['answers are lost', [{ effect: { kind: 'reset', when: 'after' }, probability: 0.3, count: 40 }]],
  ['requests are lost', [{ effect: { kind: 'reset', when: 'before' }, probability: 0.3, count: 40 }]],
  [
    'every answer to a deletion is lost once',
    ['Terminate*', 'Poweroff*', 'Release*', 'Delete*'].map((action) => ({ action, effect: { kind: 'reset', when: 'after' }, count: 3 })),
  ],
  ['requests are throttled', [{ effect: { kind: 'ret-code', code: 153, message: 'Request limit exceeded' }, probability: 0.4, count: 60 }]],
  ['the gateway fails', [{ effect: { kind: 'http-status', status: 502 }, probability: 0.3, count: 40 }]],
  ['the service is unavailable for a while', [{ effect: { kind: 'http-status', status: 503 }, skip: 20, count: 25 }]],
  ['the service breaks', [{ effect: { kind: 'http-status', status: 500 }, probability: 0.2, count: 30 }]],
  ['lists are ten seconds old', [{ action: 'Describe*', effect: { kind: 'stale', ms: 10_000 }, skip: 10, count: 40 }]],
  [
    'hosts can not be deleted at first',
    [{ action: 'TerminateUHostInstance', effect: { kind: 'ret-code', code: 8856, message: 'must be Stopped' }, count: 5 }],
  ],
  ['a code that nobody has heard of', [{ action: 'Delete*', effect: { kind: 'ret-code', code: 64999, message: 'internal' }, count: 8 }]],
];

test.each(faults)('down goes through when %s', { timeout: 60_000 }, async (_name, specs) => {
  const draw = randomFrom(11);
  const chance = createFaults(() => draw(1000) / 1000);
  const cloud = await emulatedCloud({ timeScale: 0, timings: { addressLease: 120_000 }, faults: chance });
  const before = await resourcesLeft(cloud);
  await layCluster(cloud, 'prod');
  for (const spec of specs) cloud.faults.add(spec);
  const ctx = await ucloudHome(cloud, { global: { yes: true } });
  // What fails for good says what to run, and that goes on.
  let attempts = 0;
  for (let done = false; !done && attempts < 6; attempts++) {
    done = await down.run({ args: { name: 'prod' }, flags: { waitNetwork: true, prune: true } }, ctx).then(
      () => true,
      () => false,
    );
  }
  const struck = cloud.faults.list().reduce((sum, fault) => sum + fault.struck, 0);
  expect(struck).toBeGreaterThan(2);
  cloud.faults.clear();
  expect(await resourcesLeft(cloud)).toEqual(before);
  expect(attempts).toBeLessThanOrEqual(3);
});

test('keys that are refused end it at once, and nothing is tried again', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  const ctx = await ucloudHome(cloud, { global: { yes: true } });
  cloud.faults.add({ action: 'TerminateUHostInstance', effect: { kind: 'ret-code', code: 299, message: 'IAM denied' } });
  await expect(down.run({ args: { name: 'prod' }, flags: {} }, ctx)).rejects.toMatchObject({ code: 'ucloud-rights', exitCode: 3 });
});

test('keys that may not list balancers are enough', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  cloud.faults.add({ action: 'DescribeULB', effect: { kind: 'ret-code', code: 299, message: 'IAM denied' } });
  const ctx = await ucloudHome(cloud, { global: { yes: true } });
  await down.run({ args: { name: 'prod' }, flags: { waitNetwork: true } }, ctx);
  expect((await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).TotalCount).toBe(0);
});

test('a host that does not go ends it, and is named', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { hosts } = await layCluster(cloud, 'prod');
  const ctx = await ucloudHome(cloud, { global: { yes: true } });
  const [stubborn = ''] = hosts;
  cloud.faults.add({
    action: 'TerminateUHostInstance',
    params: { UHostId: stubborn },
    effect: { kind: 'ret-code', code: 8999, message: 'locked' },
  });
  const failure = down.run({ args: { name: 'prod' }, flags: {} }, ctx);
  await expect(failure).rejects.toMatchObject({ code: 'not-removed', exitCode: 1, next: 'nomadctl down prod' });
  await expect(failure).rejects.toThrow('1 host');
  expect((await cloud.ok('DescribeUHostInstance')).TotalCount).toBe(1);
});
