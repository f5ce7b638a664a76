import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverOf, type Ask } from '../helpers/ask-agent.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';
import type { CliResult } from '../helpers/run-cli.js';

const hasAgents = ['nomad', 'consul'].every((tool) => requireTool(tool) !== undefined);

/** Healthy soon, with deadlines that a busy computer does not reach: what is to fail fails by itself. */
const QUICK = 'max_parallel = 3\n min_healthy_time = "200ms"\n healthy_deadline = "90s"\n progress_deadline = "2m"';

interface Task {
  readonly name?: string;
  readonly hook?: string;
  readonly script?: string;
  readonly memory?: number;
}

function task({ name = 'main', hook = '', script = 'sleep 600', memory = 16 }: Task = {}): string {
  return `
    task "${name}" {
      driver       = "raw_exec"
      kill_timeout = "1s"
      ${hook === '' ? '' : `lifecycle {\n${hook}\n}`}
      config {
        command = "/bin/sh"
        args    = ["-c", ${JSON.stringify(script)}]
      }
      resources {
        cpu    = 20
        memory = ${memory}
      }
    }`;
}

interface Group {
  readonly name?: string;
  readonly count?: number;
  readonly more?: string;
  readonly tasks?: readonly Task[];
}

function job(id: string, groups: readonly Group[] = [{}], { type = 'service', head = `update {\n${QUICK}\n}` } = {}): string {
  const text = groups.map(
    ({ name = 'web', count, more = '', tasks = [{}] }) =>
      `group "${name}" {\n${count === undefined ? '' : `count = ${count}`}\n${more}\n${tasks.map(task).join('\n')}\n}`,
  );
  return `job "${id}" {\n type = "${type}"\n ${head}\n ${text.join('\n')}\n}\n`;
}

const ONCE = 'restart {\n attempts = 0\n mode = "fail"\n }\n reschedule {\n attempts = 0\n unlimited = false\n }';
const BATCH = { type: 'batch', head: '' };

/** Kinds of the truth that the job commands tell, on one cluster; every job is one test's own. */
describe.skipIf(!hasAgents)('what job commands say is what is', () => {
  let lab: Lab;
  let ask: Ask;

  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--clients', '2', '--drivers', 'raw_exec']);
    ({ nomad: ask } = await serverOf(lab));
  });
  afterAll(() => lab?.end());

  const nomad = async <T = unknown>(path: string, method = 'GET', body?: object): Promise<T> =>
    (await (await ask(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) })).json()) as T;
  const file = (id: string, text: string): string => {
    const path = join(lab.home, `${id}.nomad.hcl`);
    writeFileSync(path, text);
    return path;
  };
  const deploy = (id: string, text: string, ...more: string[]): Promise<CliResult> => lab.run(['job', 'deploy', file(id, text), ...more]);
  const json = async <T>(...argv: string[]): Promise<T> => (await lab.run([...argv, '--json'])).json<T>();
  /** Everything that a command has said, where, and how it ended. */
  const jobs = (...argv: string[]): Promise<CliResult> => lab.run(['job', ...argv]);
  const refused = async (argv: string[], { code, says, next }: { code: number; says: string[]; next?: string }): Promise<void> => {
    const result = await jobs(...argv);
    expect(result.code, result.stdout + result.stderr).toBe(code);
    for (const words of says) expect(result.stderr).toContain(words);
    if (next !== undefined) expect(result.stderr).toContain(`next  ${next}`);
    expect(result.stderr).not.toMatch(/Nomad refused [A-Z]+ \/v1/);
  };
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 20_000;
    while (!(await what())) {
      if (Date.now() > end) throw new Error('it did not come about within 20 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  interface Runs {
    readonly parent: { nextLaunch?: string; runsLive: number; runs: { id: string; outcome: string }[] };
    readonly groups: { desired: number }[];
  }

  describe.concurrent('side by side', () => {
    it('logs: leaves out parts that have not started, and tells of one why', async () => {
      const tasks: Task[] = [
        { name: 'prep', hook: 'hook = "prestart"', script: 'echo prepared' },
        { name: 'side', hook: 'hook = "prestart"\nsidecar = true', script: 'echo beside; sleep 600' },
        { name: 'main', script: 'echo hello; sleep 600' },
        { name: 'after', hook: 'hook = "poststart"', script: 'echo afterwards' },
        { name: 'clean', hook: 'hook = "poststop"', script: 'echo cleaned' },
      ];
      expect((await deploy('post', job('post', [{ tasks }]))).code).toBe(0);
      const said = await jobs('logs', 'post');
      expect(said).toMatchObject({ code: 0, stderr: '' });
      for (const words of ['prepared', 'beside', 'hello', 'afterwards']) expect(said.stdout).toContain(`| ${words}`);
      const { lines, missing } = await json<{ lines: { task: string; line: string }[]; missing: string[] }>('job', 'logs', 'post');
      expect(lines.map((line) => line.task).sort()).toEqual(['after', 'main', 'prep', 'side']);
      expect(missing).toEqual([]);
      const startsWhen = 'it is a poststop task: it starts when the others have ended';
      await refused(['logs', 'post', 'clean'], { code: 2, says: ['task clean of job post has not started', startsWhen] });
      await lab.must(['job', 'stop', 'post']);
      expect((await jobs('logs', 'post')).stdout).toContain('| cleaned');
      // What the client has removed is gone, which is no refusal of anything.
      const [one] = await nomad<{ ID: string }[]>('/v1/job/post/allocations');
      await ask(`/v1/client/allocation/${one?.ID}/gc`, { method: 'PUT' });
      await until(async () => (await ask(`/v1/client/fs/ls/${one?.ID}`)).status !== 200);
      await refused(['logs', 'post'], {
        code: 1,
        says: ['nothing that job post has said can be read', 'the client has removed its files'],
      });
    });

    it('periodic: next launch, runs with their outcomes, logs of the newest, and a run that goes on at a stop', async () => {
      const head = 'periodic {\n crons = ["0 3 * * *"]\n}';
      const group = { more: ONCE, tasks: [{ script: 'echo ran; sleep 600' }] };
      const deployed = await deploy('nightly', job('nightly', [group], { type: 'batch', head }));
      expect(deployed.stdout).toMatch(/nightly is registered and waits for its next launch, at \d{4}-/);
      const before = await lab.must(['job', 'status', 'nightly']);
      expect(before.stdout).toMatch(/next launch \d{4}-\S+T03:00:00Z\n\nNo run yet\./);
      expect(before.stdout).not.toContain('0 of 1');
      await refused(['logs', 'nightly'], { code: 2, says: ['no run of job nightly has an allocation that has started'] });
      await nomad('/v1/job/nightly/periodic/force', 'PUT');
      await until(async () => (await json<Runs>('job', 'status', 'nightly')).parent.runs[0]?.outcome === 'running');
      const { parent, groups } = await json<Runs>('job', 'status', 'nightly');
      expect(parent).toMatchObject({ runsLive: 1, nextLaunch: expect.stringMatching(/T03:00:00Z$/) as string });
      expect(groups).toMatchObject([{ desired: 0, count: 1 }]);
      const logs = await lab.must(['job', 'logs', 'nightly']);
      expect(logs.stdout).toContain('| ran');
      expect(logs.stderr).toContain(`this is of its newest run, ${parent.runs[0]?.id}`);
      const rows = await json<{ jobs: { name: string; deployed?: object }[] }>('job', 'list');
      const row = { type: 'periodic batch', counts: 'runs', running: 1, desired: 1 };
      expect(rows.jobs.find(({ name }) => name === 'nightly')?.deployed).toMatchObject(row);
      const status = await lab.status();
      expect(status.jobs?.find(({ id }) => id === 'nightly')).toMatchObject(row);
      expect((await lab.must(['status'])).stdout).toMatch(/nightly +periodic batch +running +1 of 1 run\n/);
      const stopped = await lab.must(['job', 'stop', 'nightly']);
      expect(stopped.stdout).toContain(`nightly is stopped.\nA run of it goes on: ${parent.runs[0]?.id}`);
      expect(await json('job', 'stop', 'nightly')).toMatchObject({ outcome: 'unchanged', runs: [parent.runs[0]?.id] });
      await lab.must(['job', 'stop', parent.runs[0]?.id ?? '']);
      expect((await lab.must(['job', 'status', 'nightly'])).stdout).toMatch(/no next launch: it is stopped[^]*\/periodic-\d+ +stopped/);
    });

    it('parameterized: each dispatch with how it came out', async () => {
      const head = 'parameterized {\n meta_required = ["code"]\n}';
      const group = { more: ONCE, tasks: [{ script: 'echo code $NOMAD_META_code; exit $NOMAD_META_code' }] };
      await deploy('order', job('order', [group], { type: 'batch', head }));
      for (const code of ['0', '3']) await nomad('/v1/job/order/dispatch', 'PUT', { Meta: { code } });
      const outcomes = async (): Promise<string[]> =>
        (await json<Runs>('job', 'status', 'order')).parent.runs.map(({ outcome }) => outcome).sort();
      await until(async () => (await outcomes()).join() === 'complete,failed');
      expect(await json<{ lines: { line: string }[] }>('job', 'logs', 'order')).toMatchObject({ lines: [{ line: 'code 3' }] });
      expect((await lab.must(['job', 'status', 'order'])).stdout).toMatch(/runs when it is dispatched\n2 runs are known, none goes on/);
    });

    const service = (provider: string, check: string): string =>
      `network {\n port "http" {}\n}\nservice {\n name = "s-${provider}"\n provider = "${provider}"\n port = "http"\n task = "main"\n check {\n name = "front page"\n interval = "1s"\n timeout = "1s"\n ${check}\n}\n}`;

    it.each([
      ['nomad', 'type = "http"\n path = "/health"', /http:\/\/127\.\S+:\d+\/health\n +last answer · .*connection refused/],
      ['consul', 'type = "tcp"', /tcp 127\.\S+:\d+\n +last answer · .*connection refused/],
      [
        'consul',
        'type = "script"\n command = "/bin/sh"\n args = ["-c", "echo no good; exit 2"]',
        /\/bin\/sh -c echo no good; exit 2 in task main\n +last answer · no good/,
      ],
    ])('a failing check of %s: its name, what it asks, its last answer (%s)', async (provider, check, said) => {
      const id = `check-${provider}-${check.slice(8, 12).replace('"', '')}`;
      const { code, stderr } = await deploy(id, job(id, [{ more: service(provider, check) }]));
      expect(code).toBe(1);
      expect(stderr).toContain(`check "front page" of service s-${provider} · `);
      expect(stderr).toMatch(said);
      expect((await jobs('logs', id, '--stderr')).stderr).toBe(`${id} has printed nothing on standard error\n`);
      // It goes on failing while it runs.
      const status = await lab.must(['job', 'status', id]);
      expect(status.stdout).toMatch(new RegExp(`failing {2}allocation [0-9a-f]{8} · check "front page" of service s-${provider} · `));
      expect(status.stdout).toMatch(said);
      const failing = (await lab.run(['status', '--json'])).json<{ failingChecks: { job: string }[] }>().failingChecks;
      expect(failing.filter(({ job: of }) => of === id)).toMatchObject([{ service: `s-${provider}`, name: 'front page' }]);
      expect((await lab.run(['status'])).stdout).toContain(`failing  ${id}: check "front page" of service s-${provider} (`);
      await nomad(`/v1/job/${id}?purge=true`, 'DELETE');
    });

    it('health_check = "manual": says at once whose turn it is, and takes the answer', async () => {
      const head = 'update {\n health_check = "manual"\n progress_deadline = "10m"\n healthy_deadline = "9m"\n}';
      const deployed = await deploy('manual', job('manual', [{ count: 2 }], { head }));
      expect(deployed.code).toBe(0);
      expect(deployed.stdout).toContain(
        '2 allocations run of manual, and it is for you to say whether they are healthy; Nomad gives up at 20',
      );
      expect(deployed.stdout).toContain('nomadctl job health manual');
      expect((await lab.must(['job', 'status', 'manual'])).stdout).toContain(
        'group web: 2 to be told how they are (health_check = "manual")',
      );
      const told = await lab.must(['job', 'health', 'manual']);
      expect(told.stdout).toContain('manual is healthy: its deployment is done.');
      await refused(['health', 'manual'], { code: 1, says: ['job manual has no deployment that is under way'] });
      const again = await deploy('manual', job('manual', [{ count: 2, tasks: [{ memory: 17 }] }], { head }));
      expect(again.stdout).toContain('1 allocation runs of manual');
      await refused(['health', 'manual', '--unhealthy'], { code: 1, says: ['version 1 did not become healthy'] });
    });

    it('scale: type, limits and room are known before, to --plan as well', async () => {
      const scaling = 'scaling {\n min = 1\n max = 4\n enabled = false\n}';
      await Promise.all([
        deploy('limits', job('limits', [{ count: 1, more: scaling }])),
        deploy('everywhere', job('everywhere', [{}], { type: 'system', head: '' })),
      ]);
      const why = 'the scaling block of its job file allows 1 to 4';
      for (const plan of [[], ['--plan']]) {
        await refused(['scale', 'limits', '9', ...plan], { code: 2, says: [why], next: 'nomadctl job scale limits web 4' });
        await refused(['scale', 'limits', '0', ...plan], { code: 2, says: [why], next: 'nomadctl job scale limits web 1' });
        await refused(['scale', 'everywhere', '3', ...plan], { code: 2, says: ['a system job runs once on every node that fits'] });
      }
      expect((await lab.must(['job', 'scale', 'everywhere', '1'])).stdout).toContain('has 1 already: 2 run, one on each node that fits.');
      expect((await lab.must(['job', 'scale', 'everywhere', '0'])).stdout).toContain('Group web of everywhere went from 1 to 0.');
      await deploy('huge', job('huge', [{ count: 1, tasks: [{ memory: 3_000_000 }] }]), '--queue');
      const { version } = await json<{ version: number }>('job', 'status', 'limits');
      expect(version).toBe(0);
      expect((await lab.must(['job', 'scale', 'limits', '3', '--plan'])).stdout).toBe(
        'Would scale group web of limits from 1 to 3. Nothing was changed.\n',
      );
    });

    it('scale: a count that has no room is refused before anything is changed, or waits with --queue', async () => {
      const distinct = 'constraint {\n operator = "distinct_hosts"\n value = "true"\n}';
      await deploy('spread', job('spread', [{ count: 2, more: distinct }]));
      for (const plan of [[], ['--plan']])
        await refused(['scale', 'spread', '4', ...plan], {
          code: 1,
          says: ['job spread: 2 of 4 allocations of group web have a place', 'nothing was changed'],
          next: 'nomadctl job scale spread 4 --queue',
        });
      expect((await json<{ version: number }>('job', 'status', 'spread')).version).toBe(0);
      const queued = await lab.must(['job', 'scale', 'spread', '4', '--queue']);
      expect(queued.stdout).toContain(
        'The count of group web of spread went from 2 to 4.\nspread is registered, and what has no place yet waits',
      );
      await refused(['scale', 'spread', '4'], { code: 1, says: ['group web of spread is at 4 already, and 2 of them run'] });
    });

    it('--queue: says what waits and that its deployment has no end, and scale, promote and status know the way out', async () => {
      const shop = (memory: number): string => job('shop', [{ count: 1 }, { name: 'big', tasks: [{ memory }] }]);
      const queued = await deploy('shop', shop(3_000_000), '--queue');
      expect(queued.code).toBe(0);
      expect(queued.stdout).toMatch(/group big · 2 clients considered[^]*nothing of big has a place, so the deployment has no deadline/);
      const way = 'nomadctl job scale shop big 0 --fail-deployment';
      expect((await lab.must(['job', 'status', 'shop'])).stdout).toContain(way);
      for (const plan of [[], ['--plan']])
        await refused(['scale', 'shop', 'web', '2', ...plan], {
          code: 1,
          says: ['the deployment of version 0 is under way', 'nothing of big has a place, so it has no deadline'],
          next: 'nomadctl job scale shop web 2 --fail-deployment',
        });
      await refused(['promote', 'shop'], { code: 1, says: ['job shop has no canaries to promote'] });
      const scaled = await lab.must(['job', 'scale', 'shop', 'web', '2', '--fail-deployment']);
      expect(scaled.stdout).toContain(
        'The count of group web of shop went from 1 to 2.\nshop is registered, and what has no place yet waits',
      );
      const out = await lab.must(way.split(' ').slice(1));
      expect(out.stdout).toContain('Group big of shop went from 1 to 0.');
      expect(await json('job', 'status', 'shop')).toMatchObject({ deployment: { status: 'successful' } });
    });

    it('canaries: not promoted before they are healthy; revert, scale and deploy say alike that they wait', async () => {
      const head = (healthy: string): string =>
        `update {\n canary = 1\n max_parallel = 2\n min_healthy_time = "${healthy}"\n healthy_deadline = "2m"\n progress_deadline = "3m"\n}`;
      const text = (memory: number, healthy = '200ms'): string => job('fine', [{ count: 1, tasks: [{ memory }] }], { head: head(healthy) });
      const waits = 'The canaries of fine are healthy and wait for you';
      await deploy('fine', text(16));
      expect((await deploy('fine', text(17))).stdout).toContain(waits);
      await refused(['scale', 'fine', '2'], { code: 1, says: ['its canaries wait for a promotion'], next: 'nomadctl job promote fine' });
      expect((await lab.must(['job', 'promote', 'fine'])).stdout).toContain('fine is promoted and healthy.');
      expect((await lab.must(['job', 'revert', 'fine', '--plan'])).stdout).toContain(
        'Would take fine back to version 0, which was healthy.',
      );
      const reverted = await lab.must(['job', 'revert', 'fine']);
      expect(reverted.stdout).toContain(`Version 2 of fine is version 0 again.\n${waits}`);
      expect(reverted.stdout).toContain('nomadctl job promote fine');
      expect(reverted.stdout).not.toContain('is back');
      await deploy('fine', text(18, '1m'), '--detach');
      await until(async () => (await json<{ deployment?: { version: number } }>('job', 'status', 'fine')).deployment?.version === 3);
      for (const plan of [[], ['--plan']])
        await refused(['promote', 'fine', ...plan], {
          code: 1,
          says: ['the canaries of fine are not healthy yet', 'group web: 0 of 1 healthy'],
        });
    });

    it('removed or stopped by somebody in the middle: a sentence, also where there is no deployment', async () => {
      const patient = 'update {\n min_healthy_time = "30s"\n healthy_deadline = "1m"\n progress_deadline = "2m"\n}';
      const there = (id: string) => until(async () => (await nomad<{ ID: string }[]>(`/v1/job/${id}/allocations`)).length > 0);
      const gone = deploy('gone', job('gone', [{}], { head: patient }));
      const crash = job('batch', [{ more: 'restart {\n attempts = 9\n delay = "8s"\n}', tasks: [{ script: 'sleep 1; exit 1' }] }], BATCH);
      const batch = deploy('batch', crash);
      await Promise.all([there('gone'), there('batch')]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await nomad('/v1/job/gone?purge=true', 'DELETE');
      await nomad('/v1/job/batch?purge=true', 'DELETE');
      for (const [id, result] of [['gone', await gone] as const, ['batch', await batch] as const]) {
        expect(result.code).toBe(1);
        expect(result.stderr).toContain(`job ${id} was removed by somebody else meanwhile`);
      }
      const stopped = deploy('batch', crash);
      await there('batch');
      await nomad('/v1/job/batch', 'DELETE');
      const { code, stderr } = await stopped;
      expect(code).toBe(1);
      expect(stderr).toContain('job batch was stopped by somebody else meanwhile');
    });

    it('revert: a stop is a version that nobody goes back to', async () => {
      await deploy('back', job('back'));
      await lab.must(['job', 'stop', 'back']);
      await refused(['revert', 'back', '1'], {
        code: 2,
        says: ['job back is at version 1 already, and stopped', 'Nomad keeps 0 (was healthy)'],
      });
      await refused(['scale', 'back', '3'], { code: 2, says: ['job back is stopped'], next: 'nomadctl job revert back' });
      await deploy('back', job('back', [{ tasks: [{ memory: 17 }] }]));
      expect((await lab.must(['job', 'revert', 'back'])).stdout).toContain('back is back at version 0.');
      await refused(['revert', 'back', '1'], { code: 2, says: ['version 1 of job back is a stop: there is nothing to run in it'] });
    });
  });

  describe('when nobody answers', () => {
    it('unknown is not none: status, lists and job commands say which agents are down', async () => {
      const { nodes } = await lab.status();
      const agents = nodes.flatMap((node) => node.agents.map(({ pid }) => pid ?? 0));
      for (const pid of agents) process.kill(pid, 'SIGKILL');
      const status = await lab.run(['status']);
      expect(status.code).toBe(1);
      expect(status.stdout).toContain('Jobs: unknown, Nomad does not answer');
      expect(status.stdout).not.toContain('No jobs');
      expect(status.stdout).toContain('Next:  nomadctl up dev');
      expect(await json<object>('status')).not.toHaveProperty('jobs');
      const list = await jobs('list');
      expect(list.code).toBe(1);
      expect(list.stdout).toMatch(/redis +\? +nomadctl/);
      expect(list.stdout).toContain('What is deployed is unknown: cluster dev does not answer');
      for (const argv of [
        ['status', 'shop'],
        ['logs', 'shop'],
        ['stop', 'shop'],
        ['plan', file('plain', job('plain'))],
      ])
        await refused(argv, {
          code: 1,
          says: ['cluster dev does not answer', 'server-1 · consul stopped, nomad stopped', 'client-2 · consul stopped, nomad stopped'],
          next: 'nomadctl up dev',
        });
    });
  });
});
