import { expect, test } from 'vitest';
import { createCloudClock } from '../../../src/store/cloud-clock.js';
import { openStore } from '../../../src/store/store.js';
import { emulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';

const HOUR = 3_600_000;

test('time goes on from where it was when the clock of the computer is set back', () => {
  let real = 10 * HOUR;
  const clock = createCloudClock({ real: () => real, scale: 2 });
  real += 1000;
  expect(clock.now()).toBe(10 * HOUR + 2000);
  real -= HOUR;
  expect(clock.now()).toBe(10 * HOUR + 2000);
  real += 500;
  expect(clock.now()).toBe(10 * HOUR + 3000);
  clock.advance(HOUR);
  real -= 2 * HOUR;
  expect(clock.now()).toBe(11 * HOUR + 3000);
});

test('a cloud that was kept is never opened before its youngest resource', async () => {
  const dir = await tempHome();
  const first = await emulatedCloud({ dataDir: dir, timeScale: 0 });
  // As if the clock of the computer had been right for an hour, and was set back while the emulator was down.
  const { VPCId } = await first.ok('CreateVPC', { Name: 'net', 'Network.0': '10.9.0.0/16' });
  const { CreateTime } = (await first.ok('DescribeVPC', { 'VPCIds.0': VPCId })).DataSet[0];
  await first.close();
  const store = await openStore(dir);
  const record = store.get('vpc', VPCId)!;
  store.transaction(0, () => store.put('vpc', { ...record, created: record.created + HOUR }));
  await store.close();
  const second = await emulatedCloud({ dataDir: dir });
  expect(Math.floor(second.clock.now() / 1000)).toBeGreaterThanOrEqual(CreateTime + HOUR / 1000);
});
