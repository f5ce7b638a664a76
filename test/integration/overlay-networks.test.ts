import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { managerOf, swarmHosts, type OverlayHost } from '../../src/docker/overlay/overlay-host.js';
import { createNetwork, ensureSwarm, networksOf, removeNetwork, requirePassage } from '../../src/docker/overlay/overlay-networks.js';
import { probeOverlay } from '../../src/docker/overlay/overlay-probe.js';
import { openShell } from '../../src/machines/host-shell.js';
import { shell as hinted } from '../../packages/base/src/hint/hint.js';
import { freeSubnets } from '../helpers/docker-engine.js';
import { requireTool } from '../helpers/require-tool.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const able =
  process.getuid?.() === 0 &&
  ['dockerd', 'docker', 'ip', 'iptables', 'unshare', 'nsenter', 'curl'].every((tool) => requireTool(tool) !== undefined);

interface Lab {
  readonly hosts: readonly OverlayHost[];
  /** A program on one of them. */
  on(host: number, line: string): string;
}

/** Two computers with an engine each: what they have for themselves is their network, their name and their /run. */
async function lab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-overlay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
  const [subnet = ''] = freeSubnets(1).map((cidr) => cidr.replace(/\.0\/24$/, ''));
  const word = randomBytes(3).toString('hex');
  const ip = (line: string): void => void execFileSync('ip', line.split(' '));
  const pids: number[] = [];
  for (const index of [0, 1]) {
    const script = `mount -t tmpfs none /run && mount -t tmpfs none /var/lib && hostname host-${word}-${index} && echo ready && exec sleep 600`;
    const keeper = spawn('unshare', ['--mount', '--net', '--uts', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(keeper, 'exit');
    onTestFinished(async () => {
      keeper.kill('SIGKILL');
      await gone;
    });
    await once(keeper.stdout, 'data');
    pids.push(keeper.pid ?? 0);
  }
  ip(`link add nco${word} netns ${pids[0]} type veth peer name nco${word} netns ${pids[1]}`);
  const as = (pid: number | undefined): string[] => [`--target=${pid}`, '--mount', '--net', '--uts', '--'];
  const on: Lab['on'] = (host, line) => execFileSync('nsenter', [...as(pids[host]), 'sh', '-ec', line], { encoding: 'utf8' });
  const hosts: OverlayHost[] = [];
  for (const [index, pid] of pids.entries()) {
    const address = `${subnet}.${index + 1}`;
    on(
      index,
      `ip link set lo up; ip addr add ${address}/24 dev nco${word}; ip link set nco${word} up; ip route add default via ${subnet}.${2 - index}`,
    );
    const data = join(folder, String(index));
    mkdirSync(data);
    const engine = [
      'dockerd',
      '--config-file',
      join(data, 'none.json'),
      '--data-root',
      join(data, 'data'),
      '--exec-root',
      join(data, 'exec'),
    ];
    const options = ['--storage-driver', 'vfs', '--log-level', 'error', '--shutdown-timeout', '2'];
    on(index, `echo '{}' > ${join(data, 'none.json')}`);
    const child = spawn('nsenter', [...as(pid), ...engine, ...options], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    onTestFinished(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    const argv = [...as(pid), 'bash', '--norc', '-s'];
    const shell = await openShell({
      name: `client-${index + 1}`,
      file: 'nsenter',
      argv,
      next: hinted`docker info`,
      ctx,
      timeoutMs: 60_000,
    });
    onTestFinished(() => shell.close());
    hosts.push({ name: `client-${index + 1}`, address, shell });
  }
  for (const index of [0, 1])
    await expect.poll(() => on(index, 'docker info > /dev/null 2>&1 && echo up || true'), { timeout: 60_000, interval: 200 }).toBe('up\n');
  return { hosts, on };
}

test.skipIf(!able)('an overlay carries packets between hosts, or is told to lose them', { timeout: 180_000 }, async () => {
  const { hosts, on } = await lab();
  const { redact } = await createTestContext();
  const network = { name: 'shop', encrypted: false };

  const before = await swarmHosts(hosts);
  expect(before.map(({ isIn, isManager }) => [isIn, isManager])).toEqual(hosts.map(() => [false, false]));
  const manager = await ensureSwarm(before, redact);
  await createNetwork(manager, network);
  const inside = await swarmHosts(hosts);
  expect(inside.map(({ isIn, isManager }) => [isIn, isManager])).toEqual([
    [true, true],
    [true, false],
  ]);
  const ways = await probeOverlay('shop', inside, 'a');
  requirePassage(network, ways);
  expect(ways.map(({ from, to }) => `${from} ${to}`)).toEqual(['client-1 client-2', 'client-2 client-1']);
  expect(await networksOf(manager)).toEqual([{ name: 'shop', subnet: expect.stringMatching(/^10\./), encrypted: false }]);
  expect(await thrown(() => createNetwork(manager, network))).toMatchObject({ code: 'network-there' });

  // The network is in every list, and carries nothing: a firewall eats what goes between the hosts.
  on(1, 'iptables -I INPUT -p udp --dport 4789 -j DROP');
  const lost = await thrown(async () => requirePassage(network, await probeOverlay('shop', inside, 'b')));
  expect(lost).toMatchObject({
    code: 'overlay-lost',
    why: expect.arrayContaining([expect.stringContaining('does not reach'), expect.stringContaining('4789')]),
  });
  on(1, 'iptables -D INPUT -p udp --dport 4789 -j DROP');

  expect(await removeNetwork(inside, 'shop')).toBe(true);
  expect((await swarmHosts(hosts)).map(({ isIn }) => isIn)).toEqual([false, false]);
  expect(await thrown(async () => managerOf(await swarmHosts(hosts)))).toMatchObject({ code: 'no-manager' });
  // Nothing of the trials is left.
  expect([0, 1].map((host) => on(host, 'docker ps --all --quiet; docker images --quiet'))).toEqual(['', '']);

  // One name for two hosts, with which every packet would be lost.
  on(1, `hostname ${on(0, 'hostname').trim()}`);
  expect(await thrown(() => swarmHosts(hosts))).toMatchObject({
    code: 'hostnames-same',
    message: expect.stringContaining('client-1 and client-2'),
  });
});
