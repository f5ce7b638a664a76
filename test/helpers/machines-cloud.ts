import { execFile, execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { purgeMachines } from '../../src/emulator/purge-machines.js';
import type { EmulatorOptions } from '../../src/emulator/server.js';
import { emulatedCloud, type EmulatedCloud, type Params } from './emulated-cloud.js';
import { requireTool } from './require-tool.js';
import { tempHome } from './temp-home.js';

export const PASSWORD = 'Example-12';
export const encoded = (text: string): string => Buffer.from(text).toString('base64');

const run = promisify(execFile);

/** True where hosts can be containers: an engine that answers, root for rules and disks, and an ssh client. */
export function canRunMachines(): boolean {
  if (requireTool('docker') === undefined || requireTool('ssh') === undefined || process.getuid?.() !== 0) return false;
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if ((process.env['NOMADCTL_REQUIRE'] ?? '').split(',').includes('docker')) throw error;
    return false;
  }
}

/** An emulator whose hosts are containers. Nothing is left of them when the test ends, with a folder or without. */
export async function machinesCloud(options: EmulatorOptions = {}): Promise<EmulatedCloud> {
  const { dataDir } = options;
  if (dataDir !== undefined) purgedAtTheEnd(dataDir);
  return emulatedCloud({ machines: 'docker', ...options });
}

/** Call it before the emulator with this folder starts: what is asked for first is done last. */
export function purgedAtTheEnd(dataDir: string): void {
  onTestFinished(async () => void (await purgeMachines({ dataDir })));
}

export async function instanceOf(cloud: EmulatedCloud): Promise<string> {
  return (await cloud.control('GET', '/machines')).body.instance;
}

/** All that one emulator has on this computer, a line each. */
export async function leftovers(instance: string): Promise<string[]> {
  const filter = ['--filter', `label=nomadctl.emulator=${instance}`];
  const listed = async (program: string, args: readonly string[]): Promise<string[]> =>
    (await run(program, args, { maxBuffer: 1e8 })).stdout.split('\n').filter(Boolean);
  const [containers, networks, volumes, images, rules, loops] = await Promise.all([
    listed('docker', ['ps', '-a', '--format', 'container {{.Names}}', ...filter]),
    listed('docker', ['network', 'ls', '--format', 'network {{.Name}}', ...filter]),
    listed('docker', ['volume', 'ls', '--format', 'volume {{.Name}}', ...filter]),
    listed('docker', ['images', '--format', 'image {{.Repository}}:{{.Tag}}', ...filter]),
    listed('iptables-save', []),
    listed('losetup', ['--all', '--noheadings', '--output', 'NAME,BACK-FILE']),
  ]);
  const ours = (line: string): boolean => line.includes(instance);
  return [...containers, ...networks, ...volumes, ...images, ...rules.filter(ours), ...loops.filter(ours)].flat();
}

/** Until nothing is left; fails with what there is. */
export async function nothingLeft(instance: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await leftovers(instance)).length === 0) return;
    await delay(200);
  }
  throw new Error(`left behind: ${(await leftovers(instance)).join(', ')}`);
}

/** Debian, whose root can be made wherever the tests run. */
export async function debianImage(cloud: EmulatedCloud): Promise<string> {
  const { ImageSet } = await cloud.ok('DescribeImage', { OsType: 'Linux', ImageType: 'Base', Limit: 100 });
  return ImageSet.find(({ OsName }: { OsName: string }) => OsName.startsWith('Debian 12')).ImageId;
}

/** @returns the ids of new hosts, which do not run yet. */
export async function createHosts(cloud: EmulatedCloud, more: Params = {}): Promise<string[]> {
  const { UHostIds } = await cloud.ok('CreateUHostInstance', {
    Zone: cloud.credentials.zone,
    ImageId: await debianImage(cloud),
    Password: encoded(PASSWORD),
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
    'NetworkInterface.0.EIP.Bandwidth': 1,
    'NetworkInterface.0.EIP.OperatorName': 'Bgp',
    ...more,
  });
  return UHostIds;
}

export interface ShownHost {
  readonly id: string;
  readonly state: string;
  readonly privateIp: string;
  readonly eip: string;
}

export async function describeHosts(cloud: EmulatedCloud, ids: readonly string[]): Promise<ShownHost[]> {
  const asked = Object.fromEntries(ids.map((id, index) => [`UHostIds.${index}`, id]));
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { ...asked, Limit: 100 });
  return UHostSet.map((host: { UHostId: string; State: string; IPSet: { Type: string; IP: string }[] }) => ({
    id: host.UHostId,
    state: host.State,
    privateIp: host.IPSet.find(({ Type }) => Type === 'Private')?.IP ?? '',
    eip: host.IPSet.find(({ Type }) => Type !== 'Private')?.IP ?? '',
  }));
}

/** Stops and deletes them, with their addresses. */
export async function terminate(cloud: EmulatedCloud, ids: readonly string[]): Promise<void> {
  for (const UHostId of ids) await cloud.ok('PoweroffUHostInstance', { UHostId });
  await hostsIn(cloud, 'Stopped', ids);
  for (const UHostId of ids) await cloud.ok('TerminateUHostInstance', { UHostId, ReleaseEIP: true, ReleaseUDisk: true });
}

/** Until all of them are in that state; fails at once when one has failed. */
export async function hostsIn(cloud: EmulatedCloud, state: string, ids: readonly string[]): Promise<ShownHost[]> {
  for (;;) {
    const hosts = await describeHosts(cloud, ids);
    if (hosts.length === ids.length && hosts.every((host) => host.state === state)) return hosts;
    if (state !== 'Install Fail' && hosts.some((host) => host.state === 'Install Fail'))
      throw new Error(`Install Fail: ${JSON.stringify((await cloud.control('GET', '/machines')).body)}`);
    await delay(100);
  }
}

export interface Login {
  readonly password?: string;
  readonly keyFile?: string;
  readonly user?: string;
}

/** Runs a command on a host as an operator would. @returns what it wrote. */
export async function ssh(address: string, command: string, { password = PASSWORD, keyFile, user = 'root' }: Login = {}): Promise<string> {
  const home = await tempHome();
  const askPass = join(home, 'ask-pass');
  await writeFile(askPass, `#!/bin/sh\nprintf '%s\\n' '${password}'\n`);
  await chmod(askPass, 0o700);
  const options = {
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: join(home, 'known_hosts'),
    GlobalKnownHostsFile: '/dev/null',
    NumberOfPasswordPrompts: '1',
    PreferredAuthentications: keyFile === undefined ? 'password' : 'publickey',
    ConnectTimeout: '10',
    LogLevel: 'ERROR',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const identity = keyFile === undefined ? [] : ['-i', keyFile];
  const env = { PATH: process.env['PATH'], HOME: home, SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none' };
  const { stdout } = await run('ssh', ['-F', 'none', ...flags, ...identity, `${user}@${address}`, command], { env });
  return stdout;
}
