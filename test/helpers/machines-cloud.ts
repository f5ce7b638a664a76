import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, onTestFinished } from 'vitest';
import { openBaseImages } from '../../packages/ucloud-emulator/src/machines/base/base-images.js';
import { connectEngine, type ExecResult } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { makeTar, type TarEntry } from '../../packages/ucloud-emulator/src/machines/tar.js';
import { purgeMachines } from '../../packages/ucloud-emulator/src/purge-machines.js';
import type { EmulatorOptions } from '../../packages/ucloud-emulator/src/server.js';
import { dockerEngine } from './docker-engine.js';
import { emulatedCloud, type EmulatedCloud, type Params } from './emulated-cloud.js';
import { requireTool } from './require-tool.js';
import { tempHome } from './temp-home.js';

export const PASSWORD = 'Example-12';
export const encoded = (text: string): string => Buffer.from(text).toString('base64');

const run = promisify(execFile);

const engine = connectEngine(process.env['DOCKER_HOST'] || undefined);

/** The image that hosts are made of takes minutes where it is not there yet. */
const PREPARE_MS = 15 * 60_000;

/**
 * True where hosts can be containers: an engine that answers, root for rules and disks, and an ssh client. Call it once, at
 * the top of a file: it has the image made before the first test, whose patience is shorter.
 */
export async function canRunMachines(): Promise<boolean> {
  const answering = await dockerEngine();
  answering?.close();
  const can = answering !== undefined && requireTool('ssh') !== undefined && process.getuid?.() === 0;
  if (can) beforeAll(prepare, PREPARE_MS);
  return can;
}

async function prepare(): Promise<void> {
  await openBaseImages({ engine, isRoot: true, onProgress: () => undefined }).prepare('Debian 12.0 64位');
}

/** The container of a host, by its full name. */
export async function containerOf(cloud: EmulatedCloud, host: string): Promise<string> {
  return `nomadctl-emulator-${await instanceOf(cloud)}-${host}`;
}

/** Behind the emulator's back. */
export async function removeContainer(name: string): Promise<void> {
  await engine.call({ method: 'DELETE', path: `/containers/${name}`, query: { force: true } });
}

export async function inspectContainer(name: string): Promise<object> {
  return engine.call<object>({ path: `/containers/${name}/json` });
}

/** @returns the exit code and what it wrote, of a program in a container. */
export async function execIn(container: string, ...command: readonly string[]): Promise<ExecResult> {
  return engine.exec(container, command);
}

/** Files into a container, by their paths from its root. */
export async function copyInto(container: string, files: readonly TarEntry[]): Promise<void> {
  await engine.call({ method: 'PUT', path: `/containers/${container}/archive`, query: { path: '/' }, tar: makeTar(files) });
}

/** A folder of a container, into a folder of this computer. */
export async function copyFrom(container: string, path: string, to: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', to], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(tar, 'exit');
  await pipeline(await engine.stream({ path: `/containers/${container}/archive`, query: { path } }), tar.stdin);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`tar ended with ${code}`);
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

/** All that one emulator has on this computer, a line each, sorted: the engine lists volumes in any order. */
export async function leftovers(instance: string): Promise<string[]> {
  const query = { all: true, filters: { label: [`nomadctl.emulator=${instance}`] } };
  const [containers, networks, volumes, images, rules, loops] = await Promise.all([
    engine.call<{ Names: string[]; State: string }[]>({ path: '/containers/json', query }),
    engine.call<{ Name: string }[]>({ path: '/networks', query }),
    engine.call<{ Volumes: { Name: string }[] | null }>({ path: '/volumes', query }),
    engine.call<{ RepoTags: string[] | null }[]>({ path: '/images/json', query }),
    run('iptables-save', [], { maxBuffer: 1e8 }),
    run('losetup', ['--all', '--noheadings', '--output', 'NAME,BACK-FILE']),
  ]);
  const lines = `${rules.stdout}\n${loops.stdout}`.split('\n').filter((line) => line.includes(instance));
  return [
    ...containers.map(({ Names, State }) => `container ${Names[0]} ${State}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...images.map(({ RepoTags }) => `image ${RepoTags?.[0]}`),
    ...lines,
  ].sort();
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
