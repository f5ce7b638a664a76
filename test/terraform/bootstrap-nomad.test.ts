import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createNomadApi, type NomadApi } from '../../src/clients/nomad-api.js';
import { lastLogLines } from '../../src/clients/nomad-logs.js';
import { openCluster } from '../../src/targets/open-cluster.js';
import { hostsIn, namesOf } from '../helpers/described-hosts.js';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, startCli, type CliOptions } from '../helpers/run-cli.js';
import { resourcesLeft } from '../helpers/take-down.js';
import { terraformHome } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const [consul, nomad] = [requireTool('consul'), requireTool('nomad')];
const able = programs !== undefined && consul !== undefined && nomad !== undefined && requireTool('ssh') !== undefined;

interface Status {
  readonly run: { readonly outcome: string } | null;
  readonly steps: readonly { readonly id: string; readonly status: string }[];
}

const { signal } = new AbortController();
const TASK = 'bootstrapper';

describe.skipIf(!able)('a bootstrapper on Nomad', () => {
  test('is killed and moved, makes the cluster all the same, and goes after it', { timeout: 400_000 }, async () => {
    const cloud = await emulatedCloud({ timeScale: 200 });
    const before = await resourcesLeft(cloud);
    const cluster = `n${process.pid}`;
    const ctx = await terraformHome(cloud, tools, { name: cluster });
    const { home } = ctx.paths;
    // Where terraform looks by itself.
    await mkdir(join(home, '.local/share/terraform'), { recursive: true });
    await symlink(tools.plugins, join(home, '.local/share/terraform/plugins'));
    const path = [tools.terraform, consul ?? '', nomad ?? ''].map((file) => dirname(file));
    const options: CliOptions = { home, env: { PATH: [...path, process.env['PATH']].join(':') }, timeoutMs: 300_000 };
    const name = `nomadctl-bootstrap-${cluster}`;
    const ok = async (...argv: readonly string[]): Promise<Awaited<ReturnType<typeof runCli>>> => {
      const result = await runCli(argv, options);
      expect([argv.join(' '), result.code, result.code === 0 ? '' : result.stderr]).toEqual([argv.join(' '), 0, '']);
      return result;
    };

    await ok('init', 'ops', '--target', 'local', '--clients', '1', '--drivers', 'raw_exec', '--yes');
    await ok('up', 'ops', '--yes');
    onTestFinished(async () => {
      await runCli(['exec', '--cluster', 'ops', '--', 'nomad', 'job', 'stop', '-purge', name], options);
      await runCli(['exec', '--cluster', 'ops', '--', 'nomad', 'volume', 'delete', '-type', 'host', name], options);
      await runCli(['down', 'ops', '--yes'], options);
    });
    const api = createNomadApi((await (await openCluster(ctx, 'ops')).connection()).nomad);
    const where = ['--on', 'nomad', '--management', 'ops', '--driver', 'raw_exec'];
    const up = ['bootstrap', 'up', cluster, '--until', 'apply-cluster'];

    const status = async (): Promise<Status> => (await runCli(['bootstrap', 'status', cluster, '--json'], options)).json<Status>();
    const untilStep = async (step: string): Promise<void> => {
      await expect
        .poll(
          async () => {
            const { steps, run } = await status();
            expect(run?.outcome).not.toBe('failed');
            return steps.map(({ id }) => id);
          },
          { timeout: 120_000, interval: 100 },
        )
        .toContain(step);
    };
    const volume = (): string => {
      const all = readdirSync(home, { recursive: true, encoding: 'utf8' });
      return join(home, dirname(all.find((one) => /host_volumes\/[^/]+\/parcel\.json$/.test(one)) ?? ''));
    };
    /** As the kernel does it, without a word to Nomad. What it has started lives on. */
    const kill = (): void => {
      const { pid } = JSON.parse(readFileSync(join(volume(), 'bootstrap/lock'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
    };

    await ok(...up, ...where, '--detach');
    await untilStep('cluster/apply-network');
    kill();
    await untilStep('cluster/apply-cluster');
    const [moved] = await allocationsOf(api, name);
    await api.stopAllocation({ id: moved?.ID ?? '', signal });
    // Where it lives is remembered.
    await ok(...up);
    expect(namesOf(await hostsIn(cloud))).toEqual([`${cluster}-client-1`, `${cluster}-consul-server-1`, `${cluster}-nomad-server-1`]);
    const [now] = await allocationsOf(api, name);
    expect(now?.ID).not.toBe(moved?.ID);
    const inside: CliOptions = { ...options, env: { ...options.env, NOMADCTL_HOME: join(volume(), 'nomadctl') } };
    expect((await runCli(['up', cluster, '--until', 'apply-cluster', '--json'], inside)).json()).toMatchObject({ stepsRun: 0 });
    const plan = (await ok(...up, '--plan', '--json')).json<{ steps: { id: string; action: string }[] }>();
    expect(plan.steps.filter(({ action }) => action === 'run').map(({ id }) => id)).toEqual(['follow-bootstrapper']);
    const elsewhere = await runCli([...up, '--on', 'docker', '--image', 'none:1'], options);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringMatching(/lives elsewhere: --on nomad --management ops/)]);

    // What Nomad shows of the job has no key in it, nor has its log; the volume keeps them for its owner alone.
    const { privateKey } = cloud.credentials;
    const log = (await lastLogLines(api, { allocation: now?.ID ?? '', task: TASK, stream: 'stdout', signal }, 1000)).join('\n');
    expect(log).toMatch(/Done: bootstrap up/);
    expect(JSON.stringify(await api.job(name, signal)) + log).not.toContain(privateKey);
    const modes = ['.', 'parcel.json', `nomadctl/clusters/${cluster}/secrets.json`].map(
      (file) => statSync(join(volume(), file)).mode & 0o77,
    );
    expect(modes).toEqual([0, 0, 0]);

    // With its management cluster its states would go.
    expect((await runCli(['down', 'ops', '--yes'], options)).stderr).toMatch(/carries the bootstrapper of/);

    const destroying = startCli(['bootstrap', 'destroy', cluster, '--yes'], options);
    await untilStep('take-down');
    destroying.child.kill('SIGKILL');
    await destroying.done;
    kill();
    expect((await api.hostVolumes(signal)).map(({ Name }) => Name)).toEqual([name]);
    await ok('bootstrap', 'destroy', cluster, '--yes');
    expect(await resourcesLeft(cloud)).toEqual(before);
    expect([await api.hostVolumes(signal), await api.job(name, signal)]).toEqual([[], undefined]);
    expect((await ok('bootstrap', 'destroy', cluster, '--on', 'nomad', '--management', 'ops', '--yes')).stdout).toMatch(
      /nothing to destroy/,
    );
  });
});

/** Those that are meant to run. */
async function allocationsOf(api: NomadApi, job: string) {
  const { value } = await api.allocations(job, { index: 0, signal });
  return value.filter(({ DesiredStatus }) => DesiredStatus === 'run');
}
