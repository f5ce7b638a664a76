import { expect, test } from 'vitest';
import { startHostsStep } from '../../../../src/steps/ucloud/start-hosts.js';
import type { UcloudHost } from '../../../../src/ucloud/ucloud-state.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { layHost } from '../../../helpers/laid-cluster.js';
import { ucloudHome } from '../../../helpers/ucloud-home.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

/** Two clients, of which the second is off. */
async function scene() {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const hosts: UcloudHost[] = [];
  for (const name of ['client-1', 'client-2']) {
    const id = await layHost(cloud, { Name: `prod-${name}`, Tag: 'nomadctl-prod' });
    hosts.push({ name, role: 'client', id, zone: '', privateIp: '10.81.0.11', imageId: '' });
  }
  cloud.clock.advance(60_000);
  await cloud.ok('PoweroffUHostInstance', { UHostId: hosts[1]?.id ?? '' });
  cloud.clock.advance(60_000);
  const ctx = await ucloudHome(cloud);
  const { projectId, region } = cloud.credentials;
  const settings = ucloudSettings({ projectId, region, baseUrl: cloud.url });
  const at = { ...ctx, cluster: { name: 'prod', settings, paths: ctx.paths.cluster('prod') }, state: { hosts } };
  const states = async () => (await cloud.ok('DescribeUHostInstance')).UHostSet.map(({ State }: { State: string }) => State);
  return { at, states };
}

const io = { line: () => {}, log: () => {} };

test('a host that is off is named and started, and then there is nothing to do', async () => {
  const { at, states } = await scene();
  const step = startHostsStep([]);
  expect(await step.isDone?.(at)).toEqual({ done: false, because: 'client-2' });
  await step.run(at, io);
  expect(await states()).toEqual(['Running', 'Running']);
  expect(await step.isDone?.(at)).toMatchObject({ done: true });
});

test('one that is about to be replaced stays off', async () => {
  const { at } = await scene();
  expect(await startHostsStep(['client-2']).isDone?.(at)).toMatchObject({ done: true });
});
