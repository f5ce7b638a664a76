import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNomadApi } from '../../src/clients/nomad-api.js';
import { nomadVariables } from '../../src/cluster/connection.js';
import type { Context } from '../../src/context.js';
import { revertPlan, scalePlan, stopPlan, type JobPlan } from '../../src/plans/job-plans.js';
import { runJobPlan } from '../../src/plans/run-job-plan.js';
import type { JobState, RolloutOptions } from '../../src/jobs/job-state.js';
import { consulPolicy } from '../../src/state/backend/state-policy.js';
import { keptRoot } from '../../src/state/kept-root.js';
import { HERE } from '../../src/state/state-owner.js';
import { inventoryOf } from '../../src/terraform/inventory.js';
import { rootOf, type Root } from '../../src/terraform/root.js';
import { deploy, hclSource, templateSource } from '../helpers/job-context.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { startStateConsul, type StateConsul } from '../helpers/state-consul.js';
import { terraformEnv } from '../helpers/terraform-home.js';
import { requireProvider } from '../helpers/terraform-provider.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const plugins = requireProvider('hashicorp/nomad');
const programs = (['terraform', 'tofu'] as const).map((program) => ({ program, path: requireTool(program) }));
const hasAgents = ['nomad', 'consul', 'redis-server', 'redis-cli'].every((tool) => requireTool(tool) !== undefined);

const sleeper = (id: string, script: string, head = ''): string => `
${head}
job "${id}" {
  update {
    min_healthy_time  = "300ms"
    healthy_deadline  = "90s"
    progress_deadline = "2m"
  }
  group "app" {
    restart {
      attempts = 0
      mode     = "fail"
    }
    reschedule {
      attempts  = 0
      unlimited = false
    }
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "${script}"]
      }
      kill_timeout = "1s"
      resources {
        cpu    = 20
        memory = 10
      }
    }
  }
}`;

describe.for(programs)("job deploy --via terraform, by $program with Nomad's provider", ({ program, path }) => {
  describe.skipIf(path === undefined || plugins === undefined || !hasAgents)('on real agents', () => suite(program, path ?? ''));
});

/** A home with one of the programs on the PATH, and with the provider where that one looks for it. */
async function homeFor(program: 'terraform' | 'tofu', path: string): Promise<{ home: string; env: Record<string, string> }> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'nomadctl-jobs-')));
  const [registry, bin] = [program === 'tofu' ? 'registry.opentofu.org' : 'registry.terraform.io', join(home, 'bin')];
  await cp(join(plugins ?? '', 'registry.terraform.io/hashicorp/nomad'), join(home, 'plugins', registry, 'hashicorp/nomad'), {
    recursive: true,
  });
  await mkdir(bin);
  await symlink(path, join(bin, program));
  return { home, env: { ...(await terraformEnv({ terraform: path, plugins: join(home, 'plugins') }, home)), PATH: bin } };
}

function suite(program: 'terraform' | 'tofu', path: string): void {
  let cluster: TestCluster;
  let home: string | undefined;
  let ctx: Context;
  let root: Root;
  beforeAll(async () => {
    cluster = (await startAgents()) as TestCluster;
    const made = await homeFor(program, path);
    home = made.home;
    ctx = await createTestContext(made);
    root = rootOf(ctx.paths.cluster('test'), 'jobs');
  });
  afterAll(async () => {
    await cluster?.end();
    if (home) await rm(home, { recursive: true, force: true });
  });

  async function apply(source: string, words: readonly string[] = [], options: RolloutOptions = {}): Promise<Partial<JobState>> {
    const found = source.includes('\n') ? hclSource(source) : await templateSource(ctx, source);
    return deploy({ ctx, connection: cluster.connection, source: found, words, options, via: 'terraform' });
  }

  const nomad = () => createNomadApi(cluster.connection.nomad);
  const jobs = async () => (await inventoryOf({ root })).map(({ id }) => id).sort();

  /** What somebody is told who runs `terraform plan` in the folder, in a shell of `nomadctl env`; 2 is "something to do". */
  async function planByHand(): Promise<number> {
    const argv = ['plan', '-input=false', '-detailed-exitcode'];
    return (
      await ctx.exec.run(path, argv, {
        cwd: root.folder,
        env: { ...ctx.env, ...nomadVariables(cluster.connection.nomad) },
        accept: [0, 2],
        signal: ctx.signal,
      })
    ).exitCode;
  }

  async function change(id: string, plan: JobPlan): Promise<void> {
    await runJobPlan(ctx, { plan, subject: { connection: cluster.connection, job: { id, options: {} } }, command: `nomadctl job ${id}` });
  }

  const stop = (id: string, purge: boolean) => change(id, stopPlan({ purge, leavesGroups: false }));

  async function countOf(id: string): Promise<number | undefined> {
    return (await nomad().job(id, ctx.signal))?.TaskGroups[0]?.Count;
  }

  it('deploys, has nothing to do then, and changes what a variable changes', async () => {
    const first = await apply('redis');
    expect(first).toMatchObject({ registered: { version: 0, unchanged: false }, health: { outcome: 'healthy' } });
    expect(first.checks?.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await jobs()).toEqual(['redis']);
    expect((await apply('redis')).registered).toMatchObject({ version: 0, unchanged: true });
    expect(await planByHand()).toBe(0);
    expect((await apply('redis', ['memory=80'])).registered).toMatchObject({ version: 1, unchanged: false });
    const { TaskGroups } = (await nomad().job('redis', ctx.signal)) ?? {};
    expect(TaskGroups?.flatMap(({ Tasks }) => Tasks ?? []).map(({ Resources }) => Resources?.MemoryMB)).toContain(80);
    expect(await planByHand()).toBe(0);
  });

  it('leaves other jobs alone, also one that crashes and is mended', async () => {
    const failed = await thrown(() => apply(sleeper('other', 'exit 3')));
    expect(failed).toMatchObject({ code: 'allocation-failed', message: 'job other: version 0 does not become healthy' });
    expect((await apply(sleeper('other', 'sleep 300'))).health).toMatchObject({ outcome: 'healthy' });
    expect(await jobs()).toEqual(['other', 'redis']);
    expect((await nomad().job('redis', ctx.signal))?.Version).toBe(1);
  });

  it('takes what was stopped out of terraform, and deploys it again', async () => {
    await stop('other', false);
    expect(await jobs()).toEqual(['redis']);
    expect(await planByHand()).toBe(0);
    expect((await nomad().job('other', ctx.signal))?.Stop).toBe(true);
    expect((await apply(sleeper('other', 'sleep 300'))).health).toMatchObject({ outcome: 'healthy' });
    await stop('other', true);
    expect(await nomad().job('other', ctx.signal)).toBeUndefined();
    expect(await planByHand()).toBe(0);
  });

  it('takes values from outside a file', async () => {
    const secs = 'variable "secs" {\n type = number\n}';
    const { health } = await apply(sleeper('team/valued', 'sleep ${var.secs}', secs), ['secs=301']);
    expect(health).toMatchObject({ outcome: 'healthy' });
    expect(JSON.stringify(await nomad().job('team/valued', ctx.signal))).toContain('sleep 301');
  });

  it('keeps a count that somebody scaled to, unless told otherwise', async () => {
    await apply(sleeper('scaled', 'sleep 300'));
    await change('scaled', scalePlan('app', 2));
    const same = await apply(sleeper('scaled', 'sleep 300'));
    expect(same).toMatchObject({ keptCounts: [{ group: 'app', file: 1, kept: 2 }], registered: { unchanged: true } });
    expect((await apply(sleeper('scaled', 'sleep 302'))).health?.allocations).toHaveLength(2);
    expect([await countOf('scaled'), await planByHand()]).toEqual([2, 0]);
    const reset = await apply(sleeper('scaled', 'sleep 302'), [], { resetCounts: true });
    expect(reset.health?.allocations).toHaveLength(1);
    expect([await countOf('scaled'), await planByHand()]).toEqual([1, 0]);
  });

  it('brings back what somebody scaled or reverted, of which terraform knows nothing', async () => {
    await change('scaled', scalePlan('app', 3));
    expect((await apply(sleeper('scaled', 'sleep 302'), [], { resetCounts: true })).health?.allocations).toHaveLength(1);
    await change('scaled', revertPlan(0));
    expect(JSON.stringify(await nomad().job('scaled', ctx.signal))).toContain('sleep 300');
    expect((await apply(sleeper('scaled', 'sleep 302'))).health).toMatchObject({ outcome: 'healthy' });
    expect(JSON.stringify(await nomad().job('scaled', ctx.signal))).toContain('sleep 302');
    expect(await planByHand()).toBe(0);
    for (const id of ['scaled', 'team/valued']) await stop(id, true);
  });

  it('runs again what somebody stopped without nomadctl', async () => {
    await nomad().stop({ id: 'redis', purge: false, signal: ctx.signal });
    expect((await apply('redis', ['memory=80'])).health).toMatchObject({ outcome: 'healthy' });
    expect((await nomad().job('redis', ctx.signal))?.Stop).toBe(false);
  });

  it.skipIf(program !== 'terraform')('keeps the state of jobs in a Consul, by the settings of the cluster', async () => {
    const consul = (await startStateConsul()) as StateConsul;
    try {
      const env = { ...ctx.env, NOMADCTL_STATE_TOKEN: await consul.tokenWith(consulPolicy('kept')) };
      const at = { ...ctx, env };
      const statePlace = { ...HERE, backend: 'consul', address: consul.url, ca: consul.ca };
      const connection = { ...cluster.connection, cluster: 'kept', statePlace };
      const kept = keptRoot(at, { name: 'kept', paths: ctx.paths.cluster('kept'), place: statePlace }, 'jobs');
      const run = (script: string): Promise<Partial<JobState>> =>
        deploy({ ctx: at, connection, source: hclSource(sleeper('elsewhere', script)), via: 'terraform' });
      expect((await run('sleep 300')).health).toMatchObject({ outcome: 'healthy' });
      expect(existsSync(kept.state)).toBe(false);
      expect((await inventoryOf({ root: kept })).map(({ id }) => id)).toEqual(['elsewhere']);
      // Another computer knows nothing but the settings.
      await rm(ctx.paths.cluster('kept').dir, { recursive: true, force: true });
      expect((await run('sleep 301')).registered).toMatchObject({ version: 1, unchanged: false });
      const [entry] = await consul.ask<{ Value: string }[]>('GET', '/v1/kv/nomadctl/kept/jobs/');
      await consul.ask('DELETE', '/v1/kv/nomadctl/kept/jobs/');
      expect(await thrown(() => run('sleep 302'))).toMatchObject({ code: 'state-missing' });
      await consul.ask('PUT', '/v1/txn', [{ KV: { Verb: 'set', Key: 'nomadctl/kept/jobs/', Value: entry?.Value } }]);
      const plan = stopPlan({ purge: true, leavesGroups: false });
      await runJobPlan(at, {
        plan,
        subject: { connection, job: { id: 'elsewhere', options: {} } },
        command: 'nomadctl job stop elsewhere',
      });
      expect(await inventoryOf({ root: kept })).toEqual([]);
    } finally {
      await consul.end();
    }
  });

  it('leaves nothing when the last one is purged', async () => {
    await stop('redis', true);
    expect(await jobs()).toEqual([]);
    expect(existsSync(join(root.folder, 'specs', 'redis.json'))).toBe(false);
    expect(JSON.parse(readFileSync(root.valuesFile, 'utf8'))).toMatchObject({ jobs: [] });
    expect(await planByHand()).toBe(0);
  });
}
