import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { SECURED_PORTS } from '../../src/cluster/agent-ports.js';
import { freeSubnets } from '../helpers/docker-engine.js';
import type { EmulatedCloud } from '../helpers/emulated-cloud.js';
import { imagedCluster } from '../helpers/imaged-cluster.js';
import { canRunMachines, containerOf, createHosts, execIn, hostsIn, terminate, type ShownHost } from '../helpers/machines-cloud.js';
import { canOperate, type Operator } from '../helpers/ucloud-operator.js';
import { clusterHosts, strangersNetwork, wallsOf } from '../helpers/walls.js';

const able = (await canRunMachines()) && canOperate;
const guide = readFileSync(new URL('../../docs/guide/modes.md', import.meta.url), 'utf8').replace(/ +/g, ' ');

/** The table that the guide has of a mode. */
function tableOf(mode: string): string[] {
  const part = guide.split(/^## /m).find((text) => text.startsWith(`Mode ${mode}\n`)) ?? '';
  return part.split('\n').filter((line) => /^\| \d/.test(line));
}

interface Allocations {
  readonly allocations: readonly { readonly id: string; readonly state: string }[];
}

test.skipIf(!able)('a cluster in mode public, which becomes private, with its job running', { timeout: 900_000 }, async () => {
  const { cloud, me } = await imagedCluster({
    clients: 1,
    allowIp: '127.0.0.1/32',
    flags: ['--mode', 'public', '--nat-gateway', '--inner-balancers'],
  });
  // The connection to a jump host stays for an hour: its end is that of the cluster.
  onTestFinished(async () => void (await me.run(['down', '--yes'])));
  const [range = ''] = freeSubnets(1);
  await me.must('up');
  const before = await clusterHosts(cloud);
  const open = Object.fromEntries([...before].map(([name, { eip }]) => [name, eip !== '']));
  expect(open).toEqual({ 'consul-server-1': false, 'nomad-server-1': false, 'client-1': true });
  expect((await me.must('up', '--json')).json()).toMatchObject({ stepsRun: 0 });
  await everythingAnswers(me);
  await balancersAnswer(me);
  await me.must('job', 'deploy', 'hello');
  const ran = await allocationsOf(me);
  const strangers = await strangersNetwork(cloud, range);
  expect.soft(await wallsOf(cloud, SECURED_PORTS, strangers)).toEqual(tableOf('public'));

  const jump = await jumpHost(cloud, me);
  const { ImageSet } = await cloud.ok('DescribeImage', { ImageType: 'Custom', Limit: 100 });
  const idOf = (name: string): string => ImageSet.find(({ ImageName }: { ImageName: string }) => ImageName.includes(name))?.ImageId ?? '';
  const given = ['consulServerImage', idOf('consul-server'), 'nomadServerImage', idOf('nomad-server'), 'clientImage', idOf('nomad-client')];
  // Each contradiction is told before anything is planned.
  const refused = await me.run(['config', 'set', 'mode', 'private', 'jumpHost', 'root@203.0.113.9']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('mode private builds images on private addresses')]);
  await me.must('config', 'set', 'mode', 'private', ...given, 'jumpHost', `root@${jump.eip}`, 'jumpSshConfig', join(me.home, 'jump.conf'));
  await me.must('up');
  const after = await clusterHosts(cloud);
  expect([...after.values()].map(({ eip }) => eip)).toEqual(['', '', '']);
  expect([...after.values()].map(({ id }) => id)).toEqual([...before.values()].map(({ id }) => id));
  expect((await me.must('up', '--json')).json()).toMatchObject({ stepsRun: 0 });
  expect(await allocationsOf(me)).toEqual(ran);
  await everythingAnswers(me);
  expect.soft(await wallsOf(cloud, SECURED_PORTS, strangers)).toEqual(tableOf('private'));

  await me.must('down', '--yes');
  await terminate(cloud, [jump.id]);
});

/** What an operator does all day, with servers that have no address here. */
async function everythingAnswers(me: Operator): Promise<void> {
  const { nodes, drift } = (await me.must('status', '--json')).json<{ nodes: { agents: { state: string }[] }[]; drift: string[] }>();
  expect([nodes.flatMap(({ agents }) => agents.filter(({ state }) => state !== 'running')), drift]).toEqual([[], []]);
  for (const node of ['consul-server-1', 'client-1']) expect((await me.must('exec', node, '--', 'hostname')).stdout).toContain(node);
  expect((await me.must('exec', '--', 'nomad', 'server', 'members')).stdout).toContain('alive');
  expect((await me.must('exec', '--', 'consul', 'members')).stdout).toContain('client-1');
}

/** One address before the servers of each program, for whoever is inside; to `status` they are known with who finds them well. */
async function balancersAnswer(me: Operator): Promise<void> {
  type Balancers = { balancers: readonly { program: string; address: string; port: number; well: number; servers: number }[] };
  const balancers = async () => (await me.must('status', '--json')).json<Balancers>().balancers;
  const healthy = { well: 1, servers: 1 };
  await expect.poll(balancers, { timeout: 60_000, interval: 2000 }).toMatchObject([
    { program: 'consul', port: 8501, ...healthy },
    { program: 'nomad', port: 4646, ...healthy },
  ]);
  for (const { address, port } of await balancers()) {
    const ask = ['curl', '-sk', '--fail', `https://${address}:${port}/v1/status/leader`];
    expect((await me.must('exec', 'client-1', '--', ...ask)).stdout).toMatch(/^"[\d.]+:\d+"/);
  }
  expect((await me.must('status')).stdout).toMatch(
    /^Inner balancer of Nomad: [\d.]+:4646, (not )?reached from here, 1 of 1 servers well$/m,
  );
}

async function allocationsOf(me: Operator): Promise<string[]> {
  const { allocations } = (await me.must('job', 'status', 'hello', '--json')).json<Allocations>();
  return allocations.map(({ id, state }) => `${id} ${state}`);
}

/** A computer in the network of the servers that is the operator's own, with his own key. */
async function jumpHost(cloud: EmulatedCloud, me: Operator): Promise<ShownHost> {
  const { VPCId, SubnetId } = await serversNetwork(cloud);
  const [host] = await hostsIn(cloud, 'Running', await createHosts(cloud, { VPCId, SubnetId, Name: 'jump' }));
  if (!host) throw new Error('there is no jump host');
  const key = join(me.home, 'jump_key');
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const line = readFileSync(`${key}.pub`, 'utf8').trim();
  const container = await containerOf(cloud, host.id);
  await execIn(container, 'bash', '-c', `install -d -m 0700 /root/.ssh && echo '${line}' > /root/.ssh/authorized_keys`);
  const config = join(me.home, 'jump.conf');
  writeFileSync(config, `Host *\n  IdentityFile ${key}\n  StrictHostKeyChecking accept-new\n  UserKnownHostsFile ${me.home}/jump_hosts\n`);
  chmodSync(config, 0o600);
  return host;
}

async function serversNetwork(cloud: EmulatedCloud): Promise<{ VPCId: string; SubnetId: string }> {
  const { DataSet } = await cloud.ok('DescribeSubnet', { Limit: 100 });
  return DataSet.find(({ SubnetName }: { SubnetName: string }) => SubnetName === 'nomadctl-prod-management');
}
