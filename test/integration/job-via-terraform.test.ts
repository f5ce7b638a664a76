import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNomadApi } from '../../src/clients/nomad-api.js';
import type { Context } from '../../src/context.js';
import { stopPlan } from '../../src/jobs/job-plans.js';
import { runJobPlan } from '../../src/jobs/run-job-plan.js';
import type { JobState } from '../../src/steps/job/job-state.js';
import { inventoryOf } from '../../src/terraform/inventory.js';
import { rootOf, type Root } from '../../src/terraform/root.js';
import { deploy, hclSource, templateSource } from '../helpers/job-context.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { terraformEnv } from '../helpers/terraform-home.js';
import { requireProvider } from '../helpers/terraform-provider.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';

const terraform = requireTool('terraform');
const plugins = requireProvider('hashicorp/nomad');
const hasAll = terraform !== undefined && plugins !== undefined;
const hasAgents = ['nomad', 'consul', 'redis-server', 'redis-cli'].every((tool) => requireTool(tool) !== undefined);

const sleeper = (id: string, script: string): string => `
job "${id}" {
  update {
    min_healthy_time  = "300ms"
    healthy_deadline  = "3s"
    progress_deadline = "6s"
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

describe.skipIf(!hasAll || !hasAgents)("job deploy --via terraform, with Nomad's provider on real agents", () => {
  let cluster: TestCluster;
  let home: string | undefined;
  let ctx: Context;
  let root: Root;
  beforeAll(async () => {
    cluster = (await startAgents()) as TestCluster;
    home = await realpath(await mkdtemp(join(tmpdir(), 'nomadctl-jobs-')));
    ctx = await createTestContext({ home, env: await terraformEnv({ terraform: terraform ?? '', plugins: plugins ?? '' }, home) });
    root = rootOf(ctx.paths.cluster('test'), 'jobs');
  });
  afterAll(async () => {
    await cluster?.end();
    if (home) await rm(home, { recursive: true, force: true });
  });

  async function apply(source: string, words: readonly string[] = []): Promise<Partial<JobState>> {
    const found = source.includes('\n') ? hclSource(source) : await templateSource(ctx, source);
    return deploy({ ctx, connection: cluster.connection, source: found, words, via: 'terraform' });
  }

  const nomad = () => createNomadApi(cluster.connection.nomad);
  const jobs = async () => (await inventoryOf({ root })).map(({ id }) => id).sort();

  /** What somebody who runs `terraform plan` in the folder is told; 2 is "something to do". */
  async function planByHand(): Promise<number> {
    const argv = ['plan', '-input=false', '-detailed-exitcode'];
    return (await ctx.exec.run(terraform ?? '', argv, { cwd: root.folder, env: ctx.env, accept: [0, 2], signal: ctx.signal })).exitCode;
  }

  async function stop(id: string, purge: boolean): Promise<void> {
    const subject = { connection: cluster.connection, job: { id, options: {} } };
    await runJobPlan(ctx, { plan: stopPlan(purge), subject, command: `nomadctl job stop ${id}` });
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
    expect(failed).toMatchObject({ code: 'terraform-failed', message: expect.stringContaining('deploy other') });
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

  it('runs again what somebody stopped without nomadctl', async () => {
    await nomad().stop({ id: 'redis', purge: false, signal: ctx.signal });
    expect((await apply('redis', ['memory=80'])).health).toMatchObject({ outcome: 'healthy' });
    expect((await nomad().job('redis', ctx.signal))?.Stop).toBe(false);
  });

  it('leaves nothing when the last one is purged', async () => {
    await stop('redis', true);
    expect(await jobs()).toEqual([]);
    expect(existsSync(join(root.folder, 'specs', 'redis.nomad.hcl'))).toBe(false);
    expect(JSON.parse(readFileSync(root.valuesFile, 'utf8'))).toMatchObject({ jobs: [] });
    expect(await planByHand()).toBe(0);
  });
});
