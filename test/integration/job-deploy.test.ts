import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NomadctlError } from '../../packages/base/src/errors.js';
import { promotePlan, revertPlan, scalePlan, stopPlan } from '../../src/plans/job-plans.js';
import { runJobPlan } from '../../src/plans/run-job-plan.js';
import { deployedJobs } from '../../src/jobs/report/deployed-jobs.js';
import { locateJob } from '../../src/jobs/report/locate-job.js';
import { readJob } from '../../src/jobs/report/read-job.js';
import type { JobState, RolloutOptions } from '../../src/jobs/job-state.js';
import { deploy, hclSource, type DeployRequest } from '../helpers/job-context.js';
import { serverAt, type Ask } from '../helpers/ask-agent.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { createTestContext } from '../helpers/test-context.js';
import { hintLine } from '../helpers/hint-line.js';

const hasAgents = ['nomad', 'consul'].every((tool) => requireTool(tool) !== undefined);
/** Healthy soon, with deadlines that a busy computer does not reach: what is to fail fails by itself. */
const QUICK = 'max_parallel = 3\n min_healthy_time = "300ms"\n healthy_deadline = "90s"\n progress_deadline = "2m"';
/** System jobs know no reschedule block. */
const NO_RESTART = 'restart {\n attempts = 0\n mode = "fail"\n }';
const ONCE = 'restart {\n attempts = 0\n mode = "fail"\n }\n reschedule {\n attempts = 0\n unlimited = false\n }';

interface Shape {
  readonly type?: string;
  readonly head?: string;
  readonly update?: string;
  readonly group?: string;
  readonly count?: number;
  readonly script?: string;
  readonly driver?: string;
  readonly memory?: number;
}

function job(
  id: string,
  { type = 'service', head = '', update, group = '', count = 1, script = 'sleep 300', driver = 'raw_exec', memory = 10 }: Shape = {},
): string {
  return `
job "${id}" {
  type = "${type}"
  ${head}
  ${update === undefined ? '' : `update {\n${update}\n}`}
  group "app" {
    ${type === 'system' || type === 'sysbatch' ? '' : `count = ${count}`}
    ${group}
    task "main" {
      driver = "${driver}"
      config {
        ${driver === 'docker' ? 'image = "none:1"' : `command = "/bin/sh"\n args = ["-c", ${JSON.stringify(script)}]`}
      }
      kill_timeout = "1s"
      resources {
        cpu = 20
        memory = ${memory}
      }
    }
  }
}`;
}

/** The same with a program that no node has. */
const absent = (text: string): string => text.replace('"/bin/sh"', '"/no/such/program"');

describe.skipIf(!hasAgents)('job deploy on real agents', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = (await startAgents()) as TestCluster;
  });
  afterAll(() => cluster?.end());

  const named = (): string => `t-${randomUUID().slice(0, 8)}`;

  async function run(text: string, more: Partial<DeployRequest> = {}): Promise<Partial<JobState>> {
    return deploy({ ctx: await createTestContext(), connection: cluster.connection, source: hclSource(text), ...more });
  }

  async function failure(text: string, more: Partial<DeployRequest> = {}): Promise<NomadctlError> {
    return run(text, more).then(
      (state) => expect.fail(`it was fine: ${JSON.stringify(state.health)}`),
      (error: NomadctlError) => error,
    );
  }

  const ask: Ask = (...request) => serverAt(cluster.connection).nomad(...request);

  async function nomad<T>(...request: Parameters<Ask>): Promise<T> {
    return (await (await ask(...request)).json()) as T;
  }

  async function change(
    id: string,
    plan: Parameters<typeof runJobPlan>[1]['plan'],
    options: RolloutOptions = {},
  ): Promise<Partial<JobState>> {
    return runJobPlan(await createTestContext(), {
      plan,
      subject: { connection: cluster.connection, job: { id, options } },
      command: 'test',
    });
  }

  it('healthy: says where it runs', async () => {
    const id = named();
    const state = await run(job(id, { update: QUICK, count: 2 }));
    expect(state.health).toMatchObject({ outcome: 'healthy' });
    expect(state.health?.allocations.map(({ status }) => status)).toEqual(['running', 'running']);
    expect(state.registered).toMatchObject({ version: 0, unchanged: false });
  });

  it('nothing changed: makes no new version', async () => {
    const id = named();
    await run(job(id, { update: QUICK }));
    const state = await run(job(id, { update: QUICK }));
    expect(state.registered).toMatchObject({ version: 0, unchanged: true });
    expect(state.health?.outcome).toBe('healthy');
    expect((await nomad<{ Version: number }>(`/v1/job/${id}`)).Version).toBe(0);
  });

  it('stopped meanwhile: the same file starts it again', async () => {
    const id = named();
    await run(job(id, { update: QUICK }));
    await nomad(`/v1/job/${id}`, { method: 'DELETE' });
    const state = await run(job(id, { update: QUICK }));
    expect(state.registered?.unchanged).toBe(false);
    expect(state.health?.outcome).toBe('healthy');
  });

  it('unhealthy: exits 1 at the first failed allocation with its last words', async () => {
    // By the deadline the test would have ended.
    const text = job(named(), {
      update: 'healthy_deadline = "4m"',
      group: 'restart {\n attempts = 0\n mode = "fail"\n }',
      script: 'echo to stdout; echo boom at line 7 >&2; exit 3',
    });
    const error = await failure(text);
    expect(error).toMatchObject({ code: 'allocation-failed', exitCode: 1 });
    const tree = error.why.join('\n');
    expect(tree).toMatch(/group app · allocation [0-9a-f]{8} on client-\d · failed\n {2}task main · dead/);
    expect(tree).toMatch(/Terminated · Exit Code: 3/);
    expect(tree).toMatch(/stderr {2}boom at line 7/);
    expect(tree).toMatch(/stdout {2}to stdout/);
  });

  it('healthy for a moment only: Nomad counts it, we do not', async () => {
    const error = await failure(job(named(), { update: 'min_healthy_time = "0s"', group: ONCE, script: 'exit 1' }));
    expect(error).toMatchObject({ code: 'allocation-failed', exitCode: 1 });
  });

  it('unhealthy without retries: reports what Nomad decided', async () => {
    const error = await failure(job(named(), { update: QUICK, group: ONCE, script: 'exit 1' }), { options: { patient: true } });
    expect(error).toMatchObject({ code: 'deployment-failed', exitCode: 1 });
    expect(error.message).toMatch(/did not become healthy \(failed due to unhealthy allocations/i);
  });

  it('patient: a crash that recovers is a success', async () => {
    const id = named();
    const marker = `${cluster.dir}/${id}`;
    const script = `if [ -e ${marker} ]; then sleep 300; else touch ${marker}; exit 1; fi`;
    const group =
      'restart {\n attempts = 0\n mode = "fail"\n }\n reschedule {\n delay = "5s"\n delay_function = "constant"\n unlimited = true\n }';
    const state = await run(
      job(id, { update: 'min_healthy_time = "300ms"\n healthy_deadline = "10s"\n progress_deadline = "40s"', group, script }),
      { options: { patient: true } },
    );
    expect(state.health?.outcome).toBe('healthy');
  });

  it('unplaceable: with the reason for each node, and nothing registered', async () => {
    const id = named();
    const error = await failure(job(id, { driver: 'docker', count: 2 }));
    expect(error).toMatchObject({ code: 'job-unplaceable', exitCode: 1, message: `job ${id}: 0 of 2 allocations could be placed` });
    expect(error.why.join('\n')).toMatch(
      /2 clients considered · 2 without a driver it needs\n {2}client-\d · driver docker: .+\n {2}client-\d · driver docker: .+\nnothing was registered/,
    );
    expect((await ask(`/v1/job/${id}`)).status).toBe(404);
  });

  it.each([
    ['too little memory', { memory: 9_000_000 }, /needs 9000000 MiB of memory, \d+ of \d+ are free/],
    [
      'a constraint',
      { group: 'constraint {\n attribute = "${attr.kernel.name}"\n value = "windows"\n }' },
      /client-1 · attr\.kernel\.name is linux, must be windows/,
    ],
    [
      'missing metadata',
      { group: 'constraint {\n attribute = "${meta.rack}"\n value = "r1"\n }' },
      /client-2 · meta\.rack is not set, must be r1/,
    ],
    ['another datacenter', { head: 'datacenters = ["elsewhere"]' }, /is in datacenter dc1, the job asks for elsewhere/],
    ['a system job without a node', { type: 'system', driver: 'docker' }, /driver docker/],
  ])('unplaceable: %s', async (_, shape, reason) => {
    const error = await failure(job(named(), shape));
    expect(error.code).toBe('job-unplaceable');
    expect(error.why.join('\n')).toMatch(reason);
  });

  it('unplaceable with --queue: registered, and Nomad keeps it in mind', async () => {
    const id = named();
    const state = await run(job(id, { memory: 9_000_000 }), { options: { queue: true }, detach: true });
    expect(state.registered?.version).toBe(0);
    expect((await nomad<{ Status: string }>(`/v1/job/${id}`)).Status).toBe('pending');
  });

  it('auto-reverted: exit 1, and the version that runs now', async () => {
    const id = named();
    const update = `${QUICK}\n auto_revert = true`;
    await run(job(id, { update, script: 'sleep 300' }));
    const error = await failure(job(id, { update, group: ONCE, script: 'echo no >&2; exit 1' }));
    expect(error).toMatchObject({ code: 'deployment-reverted', exitCode: 1 });
    expect(error.message).toBe(`job ${id}: version 1 did not become healthy, and Nomad went back to version 0`);
    expect(error.why.join('\n')).toMatch(/stderr {2}no/);
  });

  it.each([
    ['after its deployment has failed', { patient: true }, 'deployment-failed'],
    ['in the middle of its deployment', {}, 'allocation-failed'],
  ])('given up %s: the same file tries again, and what is healthy stays', async (_, options, code) => {
    const id = named();
    const cause = `${cluster.dir}/${id}`;
    const script = `test -e ${cause} && exec sleep 300`;
    const well = 'group "well" {\n task "main" {\n driver = "raw_exec"\n config {\n command = "/bin/sleep"\n args = ["300"]\n }\n }\n }\n}';
    const text = job(id, { update: QUICK, group: ONCE, script }).replace(/\}\s*$/, well);
    const running = async (): Promise<string[]> =>
      (await nomad<{ ID: string; TaskGroup: string; ClientStatus: string }[]>(`/v1/job/${id}/allocations`))
        .filter(({ TaskGroup, ClientStatus }) => TaskGroup === 'well' && ClientStatus === 'running')
        .map(({ ID }) => ID);
    expect(await failure(text, { options })).toMatchObject({ code });
    // The wait ends with the first failed allocation: the other one may not have been reported yet.
    await expect.poll(running, { timeout: 10_000 }).toHaveLength(1);
    const before = await running();
    expect(await failure(text), 'while the cause is there').toMatchObject({ exitCode: 1 });

    writeFileSync(cause, '');
    const state = await run(text);
    expect(state.planned?.givenUp).toEqual(['app']);
    expect(state.health).toMatchObject({ outcome: 'healthy', allocations: [{ status: 'running' }, { status: 'running' }] });
    expect(await running()).toEqual(before);
    expect((await run(text)).registered).toMatchObject({ unchanged: true });
  });

  it('given up without a deployment: the same file tries again', async () => {
    const id = named();
    const cause = `${cluster.dir}/${id}`;
    const text = job(id, { type: 'batch', group: ONCE, script: `test -e ${cause}` });
    expect(await failure(text)).toMatchObject({ code: 'allocation-failed' });
    writeFileSync(cause, '');
    expect((await run(text)).health).toMatchObject({ outcome: 'complete' });
  });

  it('cannot start, and nothing to go back to: ends at once, also with auto_revert', async () => {
    // By the deadline the test would have ended.
    const update = 'progress_deadline = "10m"\n auto_revert = true';
    const error = await failure(absent(job(named(), { update })));
    expect(error).toMatchObject({ code: 'allocation-failed', message: expect.stringMatching(/version 0 cannot start$/) as string });
    expect(error.why.join('\n')).toMatch(
      /Driver Failure · .*"\/no\/such\/program" could not be found\n {4}Not Restarting · Error was unrecoverable/,
    );
  });

  it('cannot start, nor on another node: Nomad is told to go back, and does', async () => {
    const id = named();
    const update = 'min_healthy_time = "300ms"\n progress_deadline = "10m"\n auto_revert = true';
    const group = 'reschedule {\n delay = "5s"\n delay_function = "constant"\n unlimited = true\n }';
    await run(job(id, { update, group }));
    const error = await failure(absent(job(id, { update, group })));
    expect(error).toMatchObject({ code: 'deployment-reverted', exitCode: 1 });
    expect(error.message).toBe(`job ${id}: version 1 did not become healthy, and Nomad went back to version 0`);
    expect(error.why.filter((line) => /^group app · allocation/.test(line))).toHaveLength(2);
    expect(JSON.stringify(await nomad(`/v1/job/${id}`))).not.toContain('/no/such/program');
  });

  it('canary waiting: exit 0, then promote finishes it', async () => {
    const id = named();
    const update = `${QUICK}\n canary = 1`;
    await run(job(id, { update }));
    const state = await run(job(id, { update, script: 'sleep 301' }));
    expect(state.health?.outcome).toBe('canary-waiting');
    const promoted = await change(id, promotePlan);
    expect(promoted.health?.outcome).toBe('healthy');
    await expect(change(id, promotePlan)).rejects.toMatchObject({ code: 'nothing-to-promote' });
  });

  it('count 0: registered, nothing to run', async () => {
    const state = await run(job(named(), { update: QUICK, count: 0 }));
    expect(state.health?.outcome).toBe('nothing-to-run');
  });

  it('no update block: healthy when it stays up', async () => {
    const state = await run(job(named(), { update: 'max_parallel = 0' }));
    expect(state.health).toMatchObject({ outcome: 'healthy', allocations: [{ status: 'running' }] });
    expect(state.placed?.deploymentId).toBe('');
  });

  it('no update block: a crash is a failure', async () => {
    const error = await failure(job(named(), { update: 'max_parallel = 0', group: ONCE, script: 'echo gone >&2; exit 2' }));
    expect(error).toMatchObject({ code: 'allocation-failed', exitCode: 1 });
    expect(error.why.join('\n')).toMatch(/stderr {2}gone/);
  });

  it('no update block: a crash that a restart mends is none', async () => {
    const id = named();
    const marker = `${cluster.dir}/${id}`;
    const script = `if [ -e ${marker} ]; then sleep 300; else touch ${marker}; exit 1; fi`;
    const group = 'restart {\n attempts = 2\n delay = "1s"\n }';
    const state = await run(job(id, { update: 'max_parallel = 0', group, script }));
    expect(state.health).toMatchObject({ outcome: 'healthy', allocations: [{ status: 'running' }] });
  });

  it('no update block: a restart policy that has had enough ends the wait, though it goes on later', async () => {
    const group = 'restart {\n attempts = 1\n delay = "1s"\n interval = "10m"\n mode = "delay"\n }';
    const error = await failure(job(named(), { update: 'max_parallel = 0', group, script: 'echo once more >&2; exit 2' }));
    expect(error).toMatchObject({ code: 'allocation-failed', message: expect.stringContaining('does not stay up') as string });
    expect(error.why.join('\n')).toMatch(
      /task main · pending · restarted (once|2 times)[^]*Exceeded allowed attempts[^]*stderr {2}once more/,
    );
  });

  it('system: what is dead of an unchanged job is started again, and has to be well', async () => {
    const id = named();
    const cause = `${cluster.dir}/${id}`;
    writeFileSync(cause, '');
    const text = job(id, {
      type: 'system',
      update: QUICK,
      group: NO_RESTART,
      script: `while test -e ${cause}; do sleep 0.2; done; exit 1`,
    });
    await run(text);
    expect((await run(text)).registered).toMatchObject({ unchanged: true });
    rmSync(cause);
    const dead = async (): Promise<boolean> =>
      (await nomad<{ ClientStatus: string }[]>(`/v1/job/${id}/allocations`)).every(({ ClientStatus }) => ClientStatus === 'failed');
    await expect.poll(dead, { timeout: 25_000 }).toBe(true);
    expect(await failure(text), 'while the cause is there').toMatchObject({ code: 'allocation-failed', exitCode: 1 });
    // It is told with the first that fails; the other one's end may still be on its way.
    await expect.poll(dead, { timeout: 25_000 }).toBe(true);
    writeFileSync(cause, '');
    const state = await run(text);
    expect(state.registered).toMatchObject({ unchanged: false, version: 0 });
    expect(state.health).toMatchObject({ outcome: 'healthy' });
    expect((await run(text)).registered).toMatchObject({ unchanged: true });
  });

  it('system: runs on every node', async () => {
    const state = await run(job(named(), { type: 'system', update: QUICK }));
    expect(state.health?.outcome).toBe('healthy');
    expect(state.health?.allocations.map(({ node }) => node).sort()).toEqual(['client-1', 'client-2']);
  });

  it('sysbatch: ran to its end on every node', async () => {
    const state = await run(job(named(), { type: 'sysbatch', script: 'true' }));
    expect(state.health).toMatchObject({ outcome: 'complete', allocations: [{ status: 'complete' }, { status: 'complete' }] });
  });

  it('batch: ran to its end', async () => {
    const state = await run(job(named(), { type: 'batch', script: 'echo done' }));
    expect(state.health?.outcome).toBe('complete');
  });

  it('batch: a long one is followed until it runs', async () => {
    const state = await run(job(named(), { type: 'batch' }));
    expect(state.health?.outcome).toBe('healthy');
  });

  it('batch: dead on arrival', async () => {
    const error = await failure(job(named(), { type: 'batch', group: ONCE, script: 'echo cannot start >&2; exit 1' }));
    expect(error).toMatchObject({ code: 'allocation-failed', exitCode: 1 });
    expect(error.why.join('\n')).toMatch(/stderr {2}cannot start/);
  });

  it('batch: a program that is not there', async () => {
    const error = await failure(absent(job(named(), { type: 'batch' })));
    expect(error.why.join('\n')).toMatch(/no\/such\/program/);
  });

  it('periodic: waits for its next launch', async () => {
    const state = await run(job(named(), { type: 'batch', head: 'periodic {\n crons = ["0 0 1 1 *"]\n }' }));
    expect(state.health?.outcome).toBe('registered');
    expect(state.registered?.waitsFor).toMatch(/its next launch, at \d{4}-01-01T/);
  });

  it('parameterized: waits for a dispatch', async () => {
    const state = await run(job(named(), { type: 'batch', head: 'parameterized {}' }));
    expect(state.registered).toMatchObject({ waitsFor: 'a dispatch', evaluationId: '' });
    expect(state.health?.outcome).toBe('registered');
  });

  it('changed by somebody else between plan and run: refused, and theirs stays', async () => {
    const id = named();
    await run(job(id, { update: QUICK }));
    const meanwhile = async (): Promise<void> => {
      await nomad(`/v1/job/${id}/scale`, { method: 'POST', body: JSON.stringify({ Count: 2, Target: { Group: 'app' } }) });
    };
    const error = await failure(job(id, { update: QUICK, script: 'sleep 302' }), { meanwhile });
    expect(error).toMatchObject({ code: 'job-changed', exitCode: 1, next: 'nomadctl job plan <job-file>' });
    expect((await nomad<{ TaskGroups: { Count: number }[] }>(`/v1/job/${id}`)).TaskGroups[0]?.Count).toBe(2);
  });

  it('scaled by somebody else after it was read: refused, and theirs stays', async () => {
    const id = named();
    // Without deployments: during one Nomad refuses every scaling.
    await run(job(id, { update: 'max_parallel = 0' }));
    const { JobModifyIndex } = await nomad<{ JobModifyIndex: number }>(`/v1/job/${id}`);
    await nomad(`/v1/job/${id}/scale`, { method: 'POST', body: JSON.stringify({ Count: 2, Target: { Group: 'app' } }) });
    await expect(change(id, scalePlan('app', 1, { modifyIndex: JobModifyIndex }))).rejects.toMatchObject({
      code: 'job-changed',
      exitCode: 1,
    });
    const now = await nomad<{ JobModifyIndex: number; TaskGroups: { Count: number }[] }>(`/v1/job/${id}`);
    expect(now.TaskGroups[0]?.Count).toBe(2);
    await change(id, scalePlan('app', 1, { modifyIndex: now.JobModifyIndex }));
  });

  it('an index of an older plan: refused before anything is registered', async () => {
    const id = named();
    await run(job(id, { update: QUICK }));
    expect(await failure(job(id, { update: QUICK, script: 'sleep 303' }), { options: { checkIndex: 1 } })).toMatchObject({
      code: 'job-changed',
    });
  });

  it('superseded: a newer version ends the wait', async () => {
    const id = named();
    const slow = 'min_healthy_time = "30s"\n healthy_deadline = "50s"\n progress_deadline = "1m"';
    await run(job(id, { update: QUICK }));
    const [error] = await Promise.all([
      failure(job(id, { update: slow, script: 'sleep 304' })),
      new Promise((resolve) => setTimeout(resolve, 1500)).then(() => run(job(id, { update: QUICK, script: 'sleep 305' }))),
    ]);
    expect(error).toMatchObject({ code: 'deployment-superseded', exitCode: 1 });
  });

  it('not healthy in time: says what was seen last', async () => {
    const slow = 'min_healthy_time = "30s"\n healthy_deadline = "50s"\n progress_deadline = "1m"';
    const error = await failure(job(named(), { update: slow }), { options: { timeoutMs: 1500 } });
    expect(error).toMatchObject({ code: 'wait-timeout', exitCode: 1 });
    expect(error.why.join()).toMatch(/0 of 1/);
  });

  it('--detach: does not wait', async () => {
    const state = await run(job(named(), { script: 'exit 1' }), { detach: true });
    expect(state.health).toBeUndefined();
    expect(state.registered?.evaluationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps a count that somebody scaled, unless told otherwise', async () => {
    const id = named();
    await run(job(id, { update: QUICK }));
    await change(id, scalePlan('app', 3));
    const kept = await run(job(id, { update: QUICK, script: 'sleep 306' }));
    expect(kept.keptCounts).toEqual([{ group: 'app', file: 1, kept: 3 }]);
    expect(kept.health?.allocations).toHaveLength(3);
    const edited = await run(job(id, { update: QUICK, script: 'sleep 306', count: 2 }));
    expect(edited.keptCounts).toEqual([]);
    expect(edited.health?.allocations).toHaveLength(2);
    await change(id, scalePlan('app', 3));
    const reset = await run(job(id, { update: QUICK, script: 'sleep 306', count: 2 }), { options: { resetCounts: true } });
    expect(reset.health?.allocations).toHaveLength(2);
  });

  it('goes back to the last healthy version', async () => {
    const id = named();
    await run(job(id, { update: QUICK, script: 'sleep 307' }));
    await failure(job(id, { update: QUICK, group: ONCE, script: 'exit 1' }));
    const state = await change(id, revertPlan(undefined));
    expect(state.registered?.version).toBe(2);
    expect(state.health?.outcome).toBe('healthy');
    await expect(change(id, revertPlan(9))).rejects.toMatchObject({ code: 'version-unknown', exitCode: 2 });
  });

  it('a file with mistakes: line and column, nothing registered', async () => {
    const error = await failure('job "x" {\n  group "g" {\n    count = \n  }\n}\n');
    expect(error).toMatchObject({ code: 'job-invalid', exitCode: 2 });
    expect(error.why.join('\n')).toMatch(/line 3, column/);
  });

  it('a file that Nomad finds wrong: every finding', async () => {
    const error = await failure('job "x" {\n  group "g" {\n    count = -1\n    task "t" {\n      driver = ""\n    }\n  }\n}\n');
    expect(error).toMatchObject({ code: 'job-invalid', exitCode: 2 });
    expect(error.why.length).toBeGreaterThan(1);
    expect(error.why.join('\n')).not.toMatch(/occurred/);
  });

  it('takes Nomad variables, and names one that is not declared', async () => {
    const id = named();
    const text = `variable "secs" {\n type = number\n}\nvariable "words" {\n type = list(string)\n default = []\n}\n${job(id, { update: QUICK, script: 'sleep SECS' }).replace('sleep SECS', 'sleep ${var.secs}')}`;
    const state = await run(text, { words: ['secs=308', 'words=["a","b"]'] });
    expect(JSON.stringify(state.spec)).toContain('sleep 308');
    expect(await failure(text, { words: ['sec=1'] })).toMatchObject({ code: 'variable-invalid', exitCode: 2 });
    const missing = await failure(text);
    expect(missing).toMatchObject({ code: 'variable-invalid', message: 'job file test.nomad.hcl needs a value for secs' });
  });

  it("works in another namespace, and a file's own counts wherever one works", async () => {
    const [id, name] = [named(), named()];
    await ask(`/v1/namespace/${name}`, { method: 'PUT', body: JSON.stringify({ Name: name }) });
    const connection = { ...cluster.connection, nomad: { ...cluster.connection.nomad, namespace: name } };
    const unnamed = job(id, { update: QUICK });
    const inside = unnamed.replace('type =', `namespace = "${name}"\n type =`);
    const first = await run(inside);
    expect(first).toMatchObject({ health: { outcome: 'healthy' }, spec: { Namespace: name }, notes: [] });
    expect((await run(unnamed, { connection })).registered).toMatchObject({ version: 0, unchanged: true });
    expect((await ask(`/v1/job/${id}`)).status).toBe(404);

    const { connection: outside } = cluster;
    const signal = AbortSignal.timeout(10_000);
    const found = await locateJob(outside, { id, signal });
    expect(found.nomad.namespace).toBe(name);
    expect(await readJob(found, id, signal)).toMatchObject({ id, namespace: name, status: 'running' });
    expect(await deployedJobs(outside, { signal })).toContainEqual(expect.objectContaining({ id, namespace: name }));
    expect(await deployedJobs(outside, { namespace: 'default', signal })).not.toContainEqual(expect.objectContaining({ id }));
    await expect(readJob(await locateJob(outside, { id, asked: 'default', signal }), id, signal)).rejects.toMatchObject({
      code: 'job-unknown',
      message: `job "${id}" is not in namespace default`,
      next: `run the same command again with --namespace ${name}`,
    });

    const elsewhere = unnamed.replace('type =', 'namespace = "default"\n type =');
    const both = await run(elsewhere, { connection });
    expect(both.notes).toEqual([`job file test.nomad.hcl names namespace default, which counts, and not ${name}`]);
    await expect(locateJob(outside, { id, signal })).rejects.toMatchObject({ code: 'namespace-ambiguous' });
    expect((await locateJob(connection, { id, signal })).nomad.namespace).toBe(name);
    expect((await locateJob(outside, { id, asked: 'default', signal })).nomad.namespace).toBe('default');

    for (const at of [connection, outside]) {
      const subject = { connection: at, job: { id, options: {} } };
      await runJobPlan(await createTestContext(), { plan: stopPlan({ purge: true, leavesGroups: false }), subject, command: 'test' });
    }
    expect(await nomad(`/v1/jobs?namespace=${name}`)).toEqual([]);
  });

  it('a namespace that is not there: refused, with the command that makes it', async () => {
    const text = job(named(), { update: QUICK }).replace('type =', 'namespace = "nowhere"\n type =');
    const error = await failure(text);
    expect(error).toMatchObject({ code: 'namespace-missing', exitCode: 3 });
    expect(hintLine(error.next)).toBe('nomadctl access namespace create nowhere');
  });

  it('stops at once when it is interrupted', async () => {
    const controller = new AbortController();
    const ctx = await createTestContext({ overrides: { signal: controller.signal } });
    const slow = 'min_healthy_time = "30s"\n healthy_deadline = "50s"\n progress_deadline = "1m"';
    const going = failure(job(named(), { update: slow }), { ctx });
    setTimeout(() => controller.abort(), 1200);
    expect(await going).toMatchObject({ exitCode: 130 });
  });
});
