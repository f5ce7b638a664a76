import { expect, test } from 'vitest';
import { command as status } from '../../src/commands/status.js';
import type { ClusterReport } from '../../src/targets/cluster-report.js';
import { writeFileAtomic } from '../../packages/base/src/atomic-write.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { hintLine } from '../helpers/hint-line.js';
import { layCluster, layHost } from '../helpers/laid-cluster.js';
import { ucloudHome, type UcloudHome } from '../helpers/ucloud-home.js';

const SIZE = 'consulServers: 1\nnomadServers: 1\nclients: 1';

async function look(ctx: UcloudHome): Promise<{ text: string; report: ClusterReport }> {
  const result = await status.run({ args: { name: 'prod' }, flags: {} }, ctx);
  return { text: result?.text ?? '', report: result?.data as ClusterReport };
}

test('hosts are shown as UCloud has them, with the journal lost', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await layCluster(cloud, 'prod');
  await layHost(cloud, { Name: 'nomadctl-build-prod-nomad-client-0a1b2c3d' });
  const { text, report } = await look(await ucloudHome(cloud, { settings: SIZE }));
  expect(report.nodes.map(({ name, host }) => [name, host])).toEqual([
    ['consul-server-1', 'Running'],
    ['nomad-server-1', 'Running'],
    ['client-1', 'Running'],
  ]);
  expect(report.drift).toEqual([]);
  expect(text).toMatch(/consul-server-1 +198\.\d+\.\d+\.\d+ \(10\.80\.0\.\d+\) +Running +unknown/);
});

test('what differs between file, journal and UCloud is said', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { hosts } = await layCluster(cloud, 'prod');
  const ctx = await ucloudHome(cloud, { settings: 'consulServers: 1\nnomadServers: 1\nclients: 2' });
  const known = { name: 'nomad-server-1', role: 'nomad-server', id: 'uhost-before', zone: '', privateIp: '127.0.0.9', imageId: '' };
  const journal = { version: 1, cluster: 'prod', state: { hosts: [known] }, steps: {}, runs: [] };
  await writeFileAtomic(ctx.paths.cluster('prod').journal, JSON.stringify(journal));
  await layHost(cloud, { Name: 'prod-client-7', Tag: 'nomadctl-prod' });
  await cloud.ok('PoweroffUHostInstance', { UHostId: hosts[2] ?? '' });
  cloud.clock.advance(60_000);
  expect((await look(ctx)).report.drift).toEqual([
    'client-2 is in the cluster file and not at UCloud',
    'client-7 is at UCloud and not in the cluster file',
    `client-1 (${hosts[2]}) is Stopped at UCloud`,
    `nomad-server-1 is ${hosts[1]} at UCloud; up left uhost-before`,
  ]);
});

test('an unreachable UCloud is said, and what up left is shown', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const ctx = await ucloudHome(cloud, { settings: SIZE });
  cloud.faults.add({ effect: { kind: 'ret-code', code: 171, message: 'Signature VerifyAC Error' } });
  const { report } = await look(ctx);
  expect(report.drift).toEqual([expect.stringMatching(/^UCloud could not be asked: .*171/)]);
});

test('a cluster that is down differs from nothing', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { text, report } = await look(await ucloudHome(cloud, { settings: SIZE }));
  expect(report).toMatchObject({ nodes: [], drift: [] });
  expect(text).toContain('prod on UCloud: down');
});

test.each([
  ['nomadctl build-images prod', 'failed', 'nomadctl build-images prod'],
  ['nomadctl down prod --wait-network', 'interrupted', 'nomadctl down prod --wait-network'],
  // Killed: nobody wrote how it came out.
  ['nomadctl down prod', 'running', 'nomadctl down prod'],
  ['nomadctl up prod', 'failed', 'nomadctl up prod'],
  ['nomadctl build-images prod', 'succeeded', 'nomadctl up prod'],
])('after "%s", which %s, that goes on: %s', async (plan, outcome, next) => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const ctx = await ucloudHome(cloud, { settings: SIZE });
  const run = { id: '1', plan, pid: 1, startedAt: 1, finishedAt: 2, outcome };
  const journal = { version: 1, cluster: 'prod', state: {}, steps: {}, runs: [run] };
  await writeFileAtomic(ctx.paths.cluster('prod').journal, JSON.stringify(journal));
  expect(hintLine((await status.run({ args: { name: 'prod' }, flags: {} }, ctx))?.next, ctx.given)).toBe(next);
});
