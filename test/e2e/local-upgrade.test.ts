import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { securingPlan } from '../../src/targets/local/securing-plan.js';
import { problemsWhenUp, secretsOf, type Lab } from '../helpers/lab.js';
import { testLab } from '../helpers/test-lab.js';
import { answersPing } from '../helpers/ping-redis.js';
import { requireTool } from '../helpers/require-tool.js';
import { askAsStranger, isOpen } from '../helpers/stranger.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const redis = requireTool('redis-server') !== undefined;
const PLAIN = ['up', '--profile', 'poc', '--drivers', 'raw_exec', '--yes'];
const SECURE = ['up', '--profile', 'secure'];

const SLEEP = `    task "sleep" {
      driver = "raw_exec"
      config {
        command = "sleep"
        args    = ["100000"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
    }
`;

const OWN = (type: 'service' | 'batch'): string => `
job "own-${type}" {
  type = "${type}"
  group "main" {
${SLEEP}  }
}
`;

/** A job of Consul's that is not of the catalogue. */
const API = `
job "api" {
  group "main" {
    network {
      port "http" {}
    }
    service {
      name     = "api"
      provider = "consul"
      port     = "http"
    }
${SLEEP}  }
}
`;

async function deployOwn(opened: Lab, name: string, text: string): Promise<void> {
  const path = join(opened.home, `${name}.nomad.hcl`);
  writeFileSync(path, text);
  await opened.must(['job', 'deploy', path, ...(name === 'own-batch' ? ['--detach'] : [])]);
}

/** Ids of the allocations of a job that run, with its restarts: what goes on is the same, and has not begun anew. */
async function runningOf(opened: Lab, job: string): Promise<string[]> {
  const { allocations } = (await opened.must(['job', 'status', job, '--json'])).json<{
    allocations: { id: string; status: string; restarts: number }[];
  }>();
  return allocations.filter(({ status }) => status === 'running').map(({ id, restarts }) => `${id} restarted ${restarts} times`);
}

/** Where web finds redis: the proxies' listeners, from their command lines; a new allocation has another one. */
function upstreamPorts(home: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const upstream = words.find((word) => word.startsWith('redis:127.0.0.1:'));
      return upstream !== undefined && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(home) ? [Number(upstream.split(':')[2])] : [];
    } catch {
      return [];
    }
  });
}

export interface Ping {
  readonly at: number;
  readonly ok: boolean;
}

/** A new connection of the mesh every 100 ms, each over whatever proxy of web is there. */
function startPings(home: string): { readonly pings: Ping[]; stop(): Promise<void> } {
  const pings: Ping[] = [];
  const state = { stopped: false };
  const loop = (async () => {
    while (!state.stopped) {
      const at = Date.now();
      const answers = await Promise.all(upstreamPorts(home).map((port) => answersPing(port, 1000)));
      pings.push({ at, ok: answers.includes(true) });
      await delay(Math.max(0, at + 100 - Date.now()));
    }
  })();
  return {
    pings,
    async stop() {
      state.stopped = true;
      await loop;
    },
  };
}

/** From the last answer before to the first after, in ms, each with the steps of the run that were at work meanwhile. */
function gapsIn(pings: readonly Ping[], opened: Lab): { ms: number; steps: string[] }[] {
  const { steps } = JSON.parse(readFileSync(opened.paths().journal, 'utf8')) as {
    steps: Record<string, { startedAt: number; finishedAt: number }>;
  };
  const answered = pings.filter(({ ok }) => ok).map(({ at }) => at);
  return answered.slice(1).flatMap((until, index) => {
    const from = answered[index] ?? until;
    const missed = pings.some(({ at, ok }) => !ok && at > from && at < until);
    const during = Object.entries(steps).filter(([, { startedAt, finishedAt }]) => startedAt < until && finishedAt > from);
    return missed ? [{ ms: until - from, steps: during.map(([id]) => id) }] : [];
  });
}

describe.skipIf(!ready)('a plain cluster becomes secure', () => {
  test('with its jobs running', { timeout: 300_000 }, async ({ skip, annotate }) => {
    if (!redis) skip('redis-server is not there');
    const opened = testLab();
    const nodes = ['server-1', 'server-2', 'server-3', 'client-1', 'client-2'];
    await opened.must([...PLAIN, '--servers', '3']);
    await opened.must(['job', 'deploy', 'redis', '--driver', 'raw_exec', '--var', 'memory=48']);
    await deployOwn(opened, 'own-service', OWN('service'));
    await deployOwn(opened, 'own-batch', OWN('batch'));
    await deployOwn(opened, 'api', API);
    const kept = async (): Promise<string[][]> => Promise.all(['own-service', 'own-batch'].map((job) => runningOf(opened, job)));
    const before = await kept();
    expect(before.map(({ length }) => length)).toEqual([1, 1]);
    const api = await runningOf(opened, 'api');

    // Nobody is there to agree, and so nothing is done.
    const refused = await opened.run(SECURE);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/cluster dev becomes secure, for good: there is nobody to agree to it/);
    expect(refused.stderr).toMatch(/deployed again by this, as they are: redis/);
    expect(refused.stderr).toMatch(/yours to deploy again.*: api \(services of Consul: api\)/);
    expect(refused.stderr).toMatch(/next +nomadctl up dev --profile secure --yes/);
    const planned = await opened.must([...SECURE, '--plan']);
    expect(planned.stdout).toMatch(/run +stop-plain-agents/);
    expect(planned.stdout).toMatch(/run +deploy-jobs-again/);
    expect(planned.stdout).toContain('deployed again by this, as they are: redis');
    expect(planned.stdout).toContain('all 10 agents end and start at once');
    expect(existsSync(opened.paths().secrets)).toBe(false);
    expect(await kept()).toEqual(before);

    const pings = startPings(opened.home);
    await delay(500);
    expect(pings.pings.at(-1)?.ok).toBe(true);
    const first = await opened.run([...SECURE, '--yes']);
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('cluster dev is not closed yet: api would lose Consul');
    // Half-way: Nomad is closed, Consul is not, and everybody is told how it goes on.
    const status = await opened.must(['status']);
    expect(status.stdout).toMatch(/half-way +it becomes secure/);
    expect(status.stdout).toContain('nomadctl up dev');
    expect(await kept()).toEqual(before);
    expect(await runningOf(opened, 'api')).toEqual(api);
    await opened.must(['job', 'verify', 'redis']);
    const [server = ''] = (await opened.status()).nodes.map(({ address }) => address);
    expect((await askAsStranger(`https://${server}:4646/v1/jobs`)).status).toBe(403);
    expect(await isOpen(server, 8500)).toBe(true);

    // Nomad goes on with the allocation of before, which nobody in Consul knows: it is replaced before Consul is closed.
    await deployOwn(opened, 'api', API);
    const second = await opened.must(['up']);
    expect(second.stderr).toContain('Going on: it becomes secure');
    await pings.stop();
    const gaps = gapsIn(pings.pings, opened);
    await annotate(
      `gaps of the mesh: ${JSON.stringify(gaps)}; ${pings.pings.filter(({ ok }) => !ok).length} of ${pings.pings.length} pings failed`,
    );

    expect(await problemsWhenUp(opened, nodes)).toEqual([]);
    expect((await opened.must(['up'])).stdout).toContain('Nothing to do');
    expect(await kept()).toEqual(before);
    const apiAfter = await runningOf(opened, 'api');
    expect(apiAfter).toHaveLength(1);
    expect(apiAfter).not.toEqual(api);
    expect((await opened.must(['status'])).stdout).not.toMatch(/half-way|insecure/);
    for (const { address } of (await opened.status()).nodes) {
      for (const path of ['agent/self', 'kv/any', 'acl/tokens'])
        expect((await askAsStranger(`https://${address}:8501/v1/${path}`)).status, path).toBe(403);
      for (const path of ['jobs', 'nodes', 'allocations'])
        expect((await askAsStranger(`https://${address}:4646/v1/${path}`)).status, path).toBe(403);
      for (const port of [8500, 8502]) expect(await isOpen(address, port)).toBe(false);
    }
    for (const node of nodes.slice(0, 3))
      expect(JSON.parse(readFileSync(`${opened.paths().agents}/${node}/consul/bootstrap.json`, 'utf8')), node).toEqual({});
    await opened.must(['job', 'verify', 'redis', '--failover']);
    expect((await opened.must(['job', 'plan', 'redis', '--driver', 'raw_exec', '--var', 'memory=48'])).stdout).not.toContain('intention');
    const back = await opened.run(['up', '--profile', 'poc']);
    expect(back.stderr).toContain('is secured, and cannot have profile poc');
  });

  test('when it has been stopped, with the jobs that were kept', { timeout: 120_000 }, async () => {
    const opened = testLab();
    await opened.must([...PLAIN, '--clients', '1']);
    await opened.must(['job', 'deploy', 'hello', '--driver', 'raw_exec']);
    await opened.must(['down', '--keep-data']);
    await opened.must([...SECURE, '--yes']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    await opened.must(['job', 'verify', 'hello']);
  });
});

const STAGES = securingPlan({ connect: () => Promise.reject(new Error('nobody asks')), leaveJobs: false })
  .steps.flat()
  .map(({ id }) => id);

/** What an earlier run has noted of a step, so that it is noted anew: steps that have nothing to do are killed at, too. */
function forgetStep(opened: Lab, step: string): void {
  const { journal } = opened.paths();
  const data = JSON.parse(readFileSync(journal, 'utf8')) as { steps: Record<string, unknown> };
  delete data.steps[step];
  writeFileSync(journal, JSON.stringify(data));
}

describe.skipIf(!ready)('kill -9 of nomadctl at the start of each stage, one after the other', () => {
  test('the same command goes on, with the same secrets and the same tasks', { timeout: 300_000 }, async () => {
    const opened = testLab();
    const words = [...SECURE, '--yes'];
    await opened.must([...PLAIN, '--clients', '1']);
    await deployOwn(opened, 'own-service', OWN('service'));
    await opened.must(['job', 'deploy', 'hello', '--driver', 'raw_exec']);
    const before = await runningOf(opened, 'own-service');
    let secrets: Record<string, string> = {};
    for (const step of STAGES) {
      forgetStep(opened, step);
      const killed = await opened.run(words, { strike: `SIGKILL step ${step}` });
      expect(killed.code, `${step}: ${killed.stderr}`).toBe(137);
      expect(secretsOf(opened), step).toMatchObject(secrets);
      secrets = secretsOf(opened);
    }
    await opened.must(words);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    expect(secretsOf(opened)).toEqual(secrets);
    expect(await runningOf(opened, 'own-service')).toEqual(before);
    await opened.must(['job', 'verify', 'hello']);
  });
});
