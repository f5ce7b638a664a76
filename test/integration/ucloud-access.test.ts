import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isListening } from '../../src/clients/probe/is-listening.js';
import type { NomadctlError } from '../../packages/base/src/errors.js';
import { writeFileAtomic } from '../../packages/base/src/atomic-write.js';
import { askHttp, connectProblem } from '../../src/jobs/verify/ask-port.js';
import { openCluster } from '../../src/targets/open-cluster.js';
import { specOf } from '../../src/programs/tool-versions.js';
import { sshPathsOf } from '../../src/machines/ssh-key.js';
import type { UcloudHost } from '../../src/ucloud/ucloud-state.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { programOnPath, requireTool } from '../helpers/require-tool.js';
import { runCli, type CliResult } from '../helpers/run-cli.js';
import { createTestContext } from '../helpers/test-context.js';
import { tempHome } from '../helpers/temp-home.js';
import { ucloudHome } from '../helpers/ucloud-home.js';

const consul = requireTool('consul');
const sshd = process.getuid?.() === 0 ? (programOnPath('sshd') ?? ['/usr/sbin/sshd'].find((path) => existsSync(path))) : undefined;
const ready = consul !== undefined && sshd !== undefined && requireTool('ssh') !== undefined;

interface Scene {
  readonly home: string;
  readonly address: string;
  readonly folder: string;
  readonly knownHosts: string;
  run(...words: string[]): Promise<CliResult>;
}

/** A "host" on this computer: an address of its own with sshd at 22 and a Consul server at 8500 that tells sshd's key. */
async function scene({ tells = 'its key' }: { tells?: 'its key' | 'another key' | 'nothing' } = {}): Promise<Scene> {
  const cloud = await emulatedCloud();
  const home = await tempHome();
  const ctx = await ucloudHome(cloud, { home });
  const paths = sshPathsOf(ctx.paths.cluster('prod'));
  const folder = await tempHome();
  const address = `127.${60 + Math.floor(Math.random() * 60)}.${1 + Math.floor(Math.random() * 250)}.${1 + Math.floor(Math.random() * 250)}`;
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  const key = (path: string): string => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);
    return readFileSync(`${path}.pub`, 'utf8').trim();
  };
  writeFileSync(join(folder, 'authorized_keys'), `${key(paths.privateKey)}\n`, { mode: 0o600 });
  const hostKey = key(join(folder, 'host_key'));
  const told = { 'its key': hostKey, 'another key': key(join(folder, 'other_key')), nothing: undefined }[tells];
  startSshd(folder, address);
  startConsul(folder, { address, told });
  await answers(address, 22);
  await answers(address, 8500);
  await registered(address);
  const host: UcloudHost = {
    name: 'consul-server-1',
    role: 'consul-server',
    id: 'uhost-here',
    zone: 'z',
    privateIp: address,
    publicIp: address,
    imageId: '',
  };
  const nomad: UcloudHost = { ...host, name: 'nomad-server-1', role: 'nomad-server', id: 'uhost-there' };
  const journal = { version: 1, cluster: 'prod', state: { hosts: [host, nomad] }, steps: {}, runs: [] };
  await writeFileAtomic(ctx.paths.cluster('prod').journal, JSON.stringify(journal));
  const run: Scene['run'] = (...words) => runCli(words, { home, env: { NOMADCTL_CLUSTER: 'prod' } });
  return { home, address, folder, knownHosts: paths.knownHosts, run };
}

function startSshd(folder: string, address: string): void {
  mkdirSync('/run/sshd', { recursive: true });
  const settings = {
    ListenAddress: `${address}:22`,
    HostKey: join(folder, 'host_key'),
    AuthorizedKeysFile: join(folder, 'authorized_keys'),
    PidFile: 'none',
    PasswordAuthentication: 'no',
    UsePAM: 'no',
    StrictModes: 'no',
    PermitRootLogin: 'prohibit-password',
  };
  writeFileSync(
    join(folder, 'sshd_config'),
    Object.entries(settings)
      .map((pair) => pair.join(' '))
      .join('\n'),
  );
  ended(spawn(sshd ?? '', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' }));
}

function startConsul(folder: string, { address, told }: { address: string; told: string | undefined }): void {
  const key = told === undefined ? {} : { ssh_host_ed25519: told.split(' ').slice(0, 2).join(' ') };
  const config = {
    node_name: 'consul-server-1',
    node_meta: { role: 'consul-server', ...key },
    disable_update_check: true,
    ports: { dns: -1 },
  };
  writeFileSync(join(folder, 'consul.json'), JSON.stringify(config));
  const argv = ['agent', '-dev', '-bind', address, '-client', address, '-config-file', join(folder, 'consul.json'), '-log-level', 'error'];
  ended(spawn(consul ?? '', argv, { stdio: 'ignore' }));
}

function ended(child: ChildProcess): void {
  onTestFinished(() => void child.kill('SIGKILL'));
}

async function answers(host: string, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isListening({ host, port }, new AbortController().signal)) return;
    await sleep(50);
  }
  throw new Error(`nothing listens at ${host}:${port}`);
}

/** The leader lists a node that has joined before the node's agent has told its role and key. */
async function registered(address: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const reply = await fetch(`http://${address}:8500/v1/catalog/nodes`);
    const nodes = (reply.ok ? await reply.json() : []) as { Meta?: Record<string, string> | null }[];
    if (nodes.some((node) => node.Meta?.['role'] !== undefined)) return;
    await sleep(50);
  }
  throw new Error(`Consul never knew what its own node, ${address}, says of itself`);
}

describe.skipIf(!ready)('a host of a cluster on UCloud', () => {
  test('runs programs for exec and ssh, with words as they were given', { timeout: 60_000 }, async () => {
    const at = await scene();
    const result = await at.run('exec', 'consul-server-1', 'printf', '[%s]', 'two words', "it's", '$HOME');
    expect(result.stderr).toBe('');
    expect(result).toMatchObject({ code: 0, stdout: "[two words][it's][$HOME]" });
    expect((await at.run('ssh', 'consul-server-1', 'exit 7')).code).toBe(127);
    expect((await at.run('ssh', 'consul-server-1', '--', 'sh', '-c', 'exit 7')).code).toBe(7);
    expect(readFileSync(at.knownHosts, 'utf8')).toBe(`uhost-here ${readFileSync(join(at.folder, 'host_key.pub'), 'utf8').trim()}\n`);
  });

  test('is refused when it has another key than the catalogue told', { timeout: 60_000 }, async () => {
    const result = await (await scene({ tells: 'another key' })).run('exec', 'consul-server-1', 'true');
    expect(result.code).toBe(255);
    expect(result.stderr).toMatch(/host key|identification has changed/i);
  });

  test('is not gone to while nobody knows its key', { timeout: 60_000 }, async () => {
    const result = await (await scene({ tells: 'nothing' })).run('exec', 'consul-server-1', 'true');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('the SSH key of consul-server-1 is not known');
  });

  test('is asked about the ports of its jobs from inside', { timeout: 60_000 }, async () => {
    const at = await scene();
    const server = createServer((request, response) => response.writeHead(request.url === '/page' ? 200 : 404).end('its page\n'));
    await new Promise<void>((resolve) => server.listen(0, at.address, resolve));
    onTestFinished(() => void server.close());
    const ctx = await createTestContext({ home: at.home, env: { PATH: process.env['PATH'] } });
    const connection = await (await openCluster(ctx, 'prod')).connection();
    const asker = { connection, signal: ctx.signal };
    const port = { node: 'consul-server-1', host: at.address, port: (server.address() as AddressInfo).port };
    expect(await askHttp(port, '/page', asker)).toEqual({ status: 200, body: 'its page' });
    expect(await connectProblem(port, asker)).toBeUndefined();
    // Nomad's server of this scene is on a host that has another key: nobody is asked in its name.
    expect(await askHttp({ ...port, node: 'nomad-server-1' }, '/page', asker).catch(({ code }: NomadctlError) => code)).toBe(
      'host-key-unknown',
    );
  });

  test('programs here get its addresses; ui and env tell them', { timeout: 60_000 }, async () => {
    const at = await scene();
    const here = await at.run('exec', '--', 'sh', '-c', 'echo $CONSUL_HTTP_ADDR $NOMAD_ADDR $NOMADCTL_CLUSTER');
    expect(here.stdout.trim()).toBe(`http://${at.address}:8500 http://${at.address}:4646 prod`);
    const PATH = '/usr/bin:/bin';
    const missing = await runCli(['exec', 'packer', 'version'], { home: at.home, env: { NOMADCTL_CLUSTER: 'prod', PATH } });
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/next {2}.*nomadctl(\.js)? tools install packer/)]);
    const installed = join(at.home, 'tools', 'packer', specOf('packer').version);
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'packer'), '#!/bin/sh\necho installed "$@"\n', { mode: 0o755 });
    const found = await runCli(['exec', 'packer', 'version'], { home: at.home, env: { NOMADCTL_CLUSTER: 'prod', PATH } });
    expect(found.stdout, found.stderr).toBe('installed version\n');
    expect((await at.run('ui', 'consul')).stdout.trim()).toBe(`http://${at.address}:8500/ui/`);
    expect((await at.run('env', '--json')).json()).toMatchObject({ CONSUL_HTTP_ADDR: `http://${at.address}:8500` });
  });
});
