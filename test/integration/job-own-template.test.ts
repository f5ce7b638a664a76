import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployedJobs } from '../../src/jobs/report/deployed-jobs.js';
import { verifyPlan } from '../../src/plans/job-plans.js';
import { readJob } from '../../src/jobs/report/read-job.js';
import { readLogs, type LogLine, type LogsRequest } from '../../src/jobs/report/read-logs.js';
import { runJobPlan } from '../../src/plans/run-job-plan.js';
import { deploy, templateSource } from '../helpers/job-context.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { createTestContext } from '../helpers/test-context.js';

const hasAgents = ['nomad', 'consul'].every((tool) => requireTool(tool) !== undefined);
const SERVER = `const http = require('node:http'); console.log('listening'); console.error('to stderr');
http.createServer((q, s) => s.end(process.env.GREETING)).listen(process.env.NOMAD_PORT_http, '127.0.0.1')`;
const MANIFEST = {
  title: 'A page',
  summary: 'Greets',
  variables: [
    { name: 'greeting', type: 'string', description: 'what it says' },
    { name: 'driver', type: 'driver', choices: ['exec', 'raw_exec'], description: 'd' },
  ],
  verify: {
    checks: [
      { kind: 'tcp', title: 'port', group: 'page', port: 'http' },
      { kind: 'http', title: 'page', group: 'page', port: 'http', expect: '/^hello/' },
      { kind: 'exec', title: 'inside', group: 'page', task: 'server', command: ['/bin/sh', '-c', 'echo $GREETING'], expect: 'hello world' },
    ],
  },
};
const TEMPLATE = `job "page" {
  update {
    min_healthy_time = "300ms"
  }
  group "page" {
    network {
      port "http" {}
    }
    task "server" {
      driver = {{hcl driver}}
      config {
        command = ${JSON.stringify(process.execPath)}
        args    = ["-e", ${JSON.stringify(SERVER)}]
      }
      env {
        GREETING = {{hcl greeting}}
      }
      resources {
        cpu    = 20
        memory = 50
      }
    }
  }
}
`;

describe.skipIf(!hasAgents)("a template of the user's own, without any TypeScript", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = (await startAgents()) as TestCluster;
  });
  afterAll(() => cluster?.end());

  async function context() {
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
    const dir = join(ctx.paths.ownJobs, 'page');
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'job.json'), JSON.stringify(MANIFEST));
    await writeFile(join(dir, 'job.nomad.hcl.hbs'), TEMPLATE);
    return ctx;
  }

  async function linesOf(request: Partial<LogsRequest>): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    const signal = AbortSignal.timeout(10_000);
    await readLogs(
      cluster.connection,
      { job: 'page', stream: 'stdout', follow: false, signal, ...request },
      { onLine: (line) => void lines.push(line) },
    );
    return lines;
  }

  it('is deployed with the driver that works here, and verified by TCP, HTTP and exec', async () => {
    const ctx = await context();
    const state = await deploy({
      ctx,
      connection: cluster.connection,
      source: await templateSource(ctx, 'page'),
      words: ['greeting=hello world'],
    });
    expect(state.rendered?.drivers).toEqual(['raw_exec']);
    expect(state.checks?.map(({ title, ok, found }) => [title, ok, found])).toEqual([
      ['port', true, expect.stringMatching(/^127\.0\.0\.1:\d+ accepts$/)],
      ['page', true, 'hello world'],
      ['inside', true, 'hello world'],
    ]);
  });

  it('reports what runs', async () => {
    const report = await readJob(cluster.connection, 'page', AbortSignal.timeout(10_000));
    expect(report).toMatchObject({
      id: 'page',
      type: 'service',
      status: 'running',
      version: 0,
      groups: [{ name: 'page', desired: 1, running: 1, failed: 0 }],
    });
    expect(report.allocations[0]?.ports['http']).toBeGreaterThan(0);
    expect(await deployedJobs(cluster.connection, { signal: AbortSignal.timeout(10_000) })).toEqual([
      { id: 'page', namespace: 'default', type: 'service', status: 'running', counts: 'allocations', running: 1, desired: 1 },
    ]);
  });

  it('has logs by stream and task', async () => {
    expect(await linesOf({})).toEqual([expect.objectContaining({ task: 'server', group: 'page', line: 'listening' })]);
    expect((await linesOf({ stream: 'stderr', task: 'server', lines: 1 })).map(({ line }) => line)).toEqual(['to stderr']);
    await expect(linesOf({ task: 'serve' })).rejects.toThrow('job page has no task "serve" (did you mean "server"?)');
    await expect(linesOf({ job: 'pag' })).rejects.toThrow('job "pag" is not in the cluster (did you mean "page"?)');
  });

  it('follows logs until it is told to stop', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const request = { job: 'page', stream: 'stdout', follow: true, signal: controller.signal } as const;
    const onLine = ({ line }: LogLine): void => {
      lines.push(line);
      controller.abort(new Error('enough'));
    };
    const going = readLogs(cluster.connection, request, { onLine });
    await expect(going).rejects.toThrow('enough');
    expect(lines).toEqual(['listening']);
  });

  it('fails a check that finds something else, and says what', async () => {
    const ctx = await context();
    const verify = {
      checks: [{ kind: 'exec' as const, title: 'inside', group: 'page', task: 'server', command: ['/bin/sh', '-c', 'echo no; exit 4'] }],
    };
    const subject = { connection: cluster.connection, job: { id: 'page', verify, options: {} } };
    await expect(runJobPlan(ctx, { plan: verifyPlan, subject, command: 'nomadctl job verify page' })).rejects.toMatchObject({
      code: 'check-failed',
      exitCode: 1,
      message: 'job page: check inside failed',
      why: ['found "exit code 4: no"'],
    });
  });
});
