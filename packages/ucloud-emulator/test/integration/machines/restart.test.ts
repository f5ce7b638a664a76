import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { purgeMachines } from '../../../src/purge-machines.js';
import { startEmulator, type Emulator } from '../../../src/server.js';
import { buildFixture, type BuiltFixture } from '../../../../../test/helpers/build-fixture.js';
import { clientOf, type EmulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';
import {
  canRunMachines,
  createHosts,
  describeHosts,
  encoded,
  hostsIn,
  instanceOf,
  leftovers,
  machinesCloud,
  purgedAtTheEnd,
  ssh,
} from '../../../../../test/helpers/machines-cloud.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';

const can = await canRunMachines();

let fixture: BuiltFixture;
beforeAll(async () => {
  fixture = await buildFixture(new URL('../../fixtures/emulator-process.ts', import.meta.url));
});
afterAll(() => fixture.remove());

interface Running {
  readonly child: ChildProcess;
  readonly cloud: EmulatedCloud;
}

/** An emulator that can be killed. */
async function start(dataDir: string): Promise<Running> {
  const child = spawn(process.execPath, [fixture.path, dataDir, '1', 'docker'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, cloud: clientOf(JSON.parse(line) as Emulator) };
}

async function kill({ child }: Running): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test.skipIf(!can)('kill -9 again and again while hosts are made: all of them come to run, each once', async () => {
  const dataDir = await tempHome();
  purgedAtTheEnd(dataDir);
  let running = await start(dataDir);
  const ids = await createHosts(running.cloud, {
    MaxCount: 3,
    Name: 'kept',
    UserData: encoded('#!/bin/sh\necho ran >> /root/user-data\n'),
  });
  const instance = await instanceOf(running.cloud);
  for (const ms of [20, 150, 400, 800]) {
    await delay(ms);
    await kill(running);
    running = await start(dataDir);
  }
  const hosts = await hostsIn(running.cloud, 'Running', ids);
  const ran = await Promise.all(hosts.map(({ eip }) => ssh(eip, 'cloud-init status --wait > /dev/null; cat /root/user-data')));
  expect(ran).toEqual(['ran\n', 'ran\n', 'ran\n']);
  expect((await leftovers(instance)).filter((line) => line.startsWith('container'))).toHaveLength(3);

  // Killed between the request and what follows from it: the next one goes on.
  await running.cloud.ok('PoweroffUHostInstance', { UHostId: ids[0] ?? '' });
  await kill(running);
  running = await start(dataDir);
  await hostsIn(running.cloud, 'Stopped', ids.slice(0, 1));
  await running.cloud.ok('TerminateUHostInstance', { UHostId: ids[0] ?? '', ReleaseEIP: true });
  await kill(running);
  running = await start(dataDir);
  await expect
    .poll(async () => (await leftovers(instance)).filter((line) => line.startsWith('container')), { timeout: 20_000 })
    .toHaveLength(2);
  expect((await describeHosts(running.cloud, ids.slice(1))).map(({ state }) => state)).toEqual(['Running', 'Running']);
  await kill(running);
});

test.skipIf(!can)('with a folder, hosts stop with the emulator and come back with it, at their addresses', async () => {
  const dataDir = await tempHome();
  purgedAtTheEnd(dataDir);
  const first = clientOf(await startEmulator({ machines: 'docker', dataDir }));
  const data = { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 20 };
  const ids = await createHosts(first, { ...data, MaxCount: 2 });
  const instance = await instanceOf(first);
  const before = await hostsIn(first, 'Running', ids);
  await ssh(before[0]?.eip ?? '', 'mkfs.ext4 -q /dev/vdb && mount /dev/vdb /mnt && echo kept > /mnt/file && sync');
  await first.ok('StopUHostInstance', { UHostId: ids[1] ?? '' });
  await hostsIn(first, 'Stopped', ids.slice(1));
  await first.close();
  expect((await leftovers(instance)).filter((line) => line.startsWith('container')).every((line) => line.endsWith(' exited'))).toBe(true);
  expect((await leftovers(instance)).filter((line) => line.startsWith('/dev/loop'))).toEqual([]);

  const second = await machinesCloud({ dataDir });
  expect(await hostsIn(second, 'Running', ids.slice(0, 1))).toEqual(before.slice(0, 1));
  expect((await describeHosts(second, ids.slice(1)))[0]?.state).toBe('Stopped');
  expect(await ssh(before[0]?.eip ?? '', 'mount /dev/vdb /mnt && cat /mnt/file')).toBe('kept\n');
});

test.skipIf(!can)('the machines of a folder are of one kind, and go with --purge', async () => {
  const dataDir = await tempHome();
  const emulator = await startEmulator({ machines: 'docker', dataDir });
  const cloud = clientOf(emulator);
  const ids = await createHosts(cloud, { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 20 });
  await hostsIn(cloud, 'Running', ids);
  const instance = await instanceOf(cloud);
  await expect(purgeMachines({ dataDir })).rejects.toThrow(/has .* open/);
  await emulator.close();
  await expect(startEmulator({ dataDir })).rejects.toThrow('were made with --machines docker');
  expect(await leftovers(instance)).not.toEqual([]);
  expect(await purgeMachines({ dataDir })).toEqual({ removed: [dataDir], kept: [], baseImages: false });
  expect(await leftovers(instance)).toEqual([]);
  expect(await purgeMachines({ dataDir })).toEqual({ removed: [], kept: [], baseImages: false });
  const after = clientOf(await startEmulator({ dataDir }));
  onTestFinished(() => after.close());
  expect((await after.ok('DescribeUHostInstance')).TotalCount).toBe(0);
});

test.skipIf(!can)('what a killed emulator without a folder has left is removed by the next one', async () => {
  const running = await start('');
  const ids = await createHosts(running.cloud, { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 20 });
  await hostsIn(running.cloud, 'Running', ids);
  const instance = await instanceOf(running.cloud);
  await kill(running);
  expect(await leftovers(instance)).not.toEqual([]);
  await machinesCloud();
  expect(await leftovers(instance)).toEqual([]);
});
