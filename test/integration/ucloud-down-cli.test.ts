import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { layCluster } from '../helpers/laid-cluster.js';
import { runCli, startCli, type RunningCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';
import { ucloudHome } from '../helpers/ucloud-home.js';

const LEASE_MS = 600_000;
const SCALE = 40;

test('Ctrl-C, then kill -9 while it waits: the same command goes on, and is in time', { timeout: 120_000 }, async () => {
  const cloud = await emulatedCloud({ timeScale: SCALE, timings: { addressLease: LEASE_MS } });
  await layCluster(cloud, 'prod');
  const home = await tempHome();
  await ucloudHome(cloud, { home });
  const down = ['down', 'prod', '--wait-network', '--yes'];
  const waiting = async (run: RunningCli): Promise<void> => {
    const before = cloud.requests.list({ action: 'DeleteSubnet' }).length;
    for (let tries = 0; tries < 300 && cloud.requests.list({ action: 'DeleteSubnet' }).length === before; tries++) await sleep(50);
    expect(run.child.exitCode).toBeNull();
  };

  const first = startCli(down, { home });
  await waiting(first);
  first.child.kill('SIGINT');
  const interrupted = await first.done;
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toContain('Interrupted while "Waiting for UCloud to release the subnet"');
  expect(interrupted.stderr).toContain('nomadctl down prod --wait-network');
  expect((await runCli(['list'], { home })).stdout).toContain('pending');

  const second = startCli(down, { home });
  await waiting(second);
  second.child.kill('SIGKILL');
  await second.done;
  expect((await runCli(['status', 'prod', '--json'], { home })).json()).toMatchObject({
    pending: [expect.stringContaining('--wait-network')],
  });

  const third = await runCli(down, { home });
  expect(third).toMatchObject({ code: 0 });
  const [gone] = cloud.requests.list({ action: 'TerminateUHostInstance' }).slice(-1);
  const [deleted] = cloud.requests.list({ action: 'DeleteVPC' }).slice(-1);
  const late = (Date.parse(deleted?.cloudTime ?? '') - Date.parse(gone?.cloudTime ?? '') - LEASE_MS) / SCALE;
  // In real milliseconds: nomadctl's clock does not run faster with the cloud's.
  expect(late).toBeLessThanOrEqual(5000);
  const again = await runCli(['down', 'prod'], { home });
  expect(again).toMatchObject({ code: 0 });
});

test('settings that somebody made contradict each other stand in the way of up, not of down', { timeout: 60_000 }, async () => {
  const cloud = await emulatedCloud({ timeScale: SCALE, timings: { addressLease: SCALE } });
  await layCluster(cloud, 'prod');
  const home = await tempHome();
  await ucloudHome(cloud, { home });
  appendFileSync(join(home, 'clusters', 'prod', 'cluster.yaml'), 'vpcId: uvnet-half\n');
  expect(await runCli(['up', 'prod', '--yes'], { home })).toMatchObject({ code: 2 });
  const result = await runCli(['down', 'prod', '--wait-network', '--yes'], { home });
  expect(result.code, result.stderr).toBe(0);
  expect((await cloud.ok('DescribeUHostInstance')).TotalCount).toBe(0);
});

test('without a terminal and without --yes: 4, and nothing is changed', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  const home = await tempHome();
  await ucloudHome(cloud, { home });
  writeFileSync(join(home, 'current'), 'prod\n');
  const result = await runCli(['down', '--wait-network'], { home });
  expect(result.code).toBe(4);
  expect(result.stderr).toContain('nomadctl down prod --wait-network --yes');
  expect((await cloud.ok('DescribeUHostInstance')).TotalCount).toBe(3);
});
