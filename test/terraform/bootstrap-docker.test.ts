import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostsIn, namesOf } from '../helpers/described-hosts.js';
import { dockerEngine } from '../helpers/docker-engine.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, startCli } from '../helpers/run-cli.js';
import { resourcesLeft } from '../helpers/take-down.js';
import { terraformHome } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const engine = await dockerEngine();
engine?.close();
const able = programs !== undefined && engine !== undefined && requireTool('docker') !== undefined && requireTool('ssh') !== undefined;

interface Status {
  readonly run: { readonly outcome: string } | null;
  readonly steps: readonly { readonly id: string; readonly status: string }[];
}

const docker = (...argv: readonly string[]): string =>
  execFileSync('docker', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

describe.skipIf(!able)('a bootstrapper in docker', () => {
  test('is killed twice, makes the cluster all the same, and goes after it', { timeout: 400_000 }, async () => {
    const cloud = await emulatedCloud({ timeScale: 200 });
    const before = await resourcesLeft(cloud);
    const cluster = `b${process.pid}`;
    const made = await terraformHome(cloud, tools, { name: cluster });
    const { home } = made.paths;
    // Where terraform looks by itself, and where the image takes its providers from.
    mkdirSync(join(home, '.local/share/terraform'), { recursive: true });
    symlinkSync(tools.plugins, join(home, '.local/share/terraform/plugins'));
    const env = { PATH: [dirname(tools.terraform), process.env['PATH']].join(':'), DOCKER_HOST: process.env['DOCKER_HOST'] };
    const options = { home, env, timeoutMs: 300_000 };
    const name = `nomadctl-bootstrap-${cluster}`;
    onTestFinished(() => {
      execFileSync(
        'sh',
        ['-c', `docker rm -f ${name}; docker volume rm -f ${name}; docker rmi -f $(docker images -q nomadctl-bootstrap); true`],
        { stdio: 'ignore' },
      );
    });
    const status = async (): Promise<Status> => (await runCli(['bootstrap', 'status', cluster, '--json'], options)).json<Status>();
    const untilStep = async (step: string): Promise<void> => {
      for (;;) {
        const { steps, run } = await status();
        if (steps.some(({ id }) => id === step)) return;
        expect(run?.outcome).not.toBe('failed');
        await delay(100);
      }
    };
    /** As the kernel or a power cut does it: docker is not asked. */
    const kill = (): void => void process.kill(Number(docker('inspect', '--format', '{{.State.Pid}}', name)), 'SIGKILL');

    const detached = await runCli(['bootstrap', 'up', cluster, '--network', 'host', '--until', 'apply-cluster', '--detach'], options);
    expect([detached.code, detached.code === 0 ? '' : detached.stderr]).toEqual([0, '']);
    await untilStep('cluster/apply-network');
    kill();
    await untilStep('cluster/apply-cluster');
    kill();
    const up = await runCli(['bootstrap', 'up', cluster, '--network', 'host', '--until', 'apply-cluster'], options);
    expect([up.code, up.code === 0 ? '' : `${up.stderr}\n${docker('logs', name)}`]).toEqual([0, '']);
    expect(Number(docker('inspect', '--format', '{{.RestartCount}}', name))).toBeGreaterThan(0);
    expect(namesOf(await hostsIn(cloud))).toEqual([`${cluster}-client-1`, `${cluster}-consul-server-1`, `${cluster}-nomad-server-1`]);
    // The emulator is in this process, which must not stand still meanwhile.
    const inside = ['exec', name, 'node', '/opt/nomadctl/bin/nomadctl.js', 'up', cluster, '--until', 'apply-cluster', '--json'];
    const { stdout: again } = await promisify(execFile)('docker', inside);
    expect(JSON.parse(again)).toMatchObject({ stepsRun: 0 });

    // What docker shows of the container has no key in it, and the volume keeps them for root alone.
    const { privateKey } = cloud.credentials;
    expect(docker('inspect', name) + docker('logs', name)).not.toContain(privateKey);
    const listed = docker('exec', name, 'ls', '-l', '/project/parcel.json', `/project/nomadctl/clusters/${cluster}/secrets.json`);
    expect(listed.match(/^-rw------- /gm)).toHaveLength(2);

    const destroying = startCli(['bootstrap', 'destroy', cluster, '--yes'], options);
    await untilStep('take-down');
    destroying.child.kill('SIGKILL');
    await destroying.done;
    kill();
    expect(docker('volume', 'inspect', '--format', '{{.Name}}', name)).toBe(name);
    const destroyed = await runCli(['bootstrap', 'destroy', cluster, '--yes'], options);
    expect([destroyed.code, destroyed.code === 0 ? '' : destroyed.stderr]).toEqual([0, '']);
    expect(await resourcesLeft(cloud)).toEqual(before);
    expect(
      docker('ps', '--all', '--quiet', '--filter', `name=${name}`) + docker('volume', 'ls', '--quiet', '--filter', `name=${name}`),
    ).toBe('');
  });
});
