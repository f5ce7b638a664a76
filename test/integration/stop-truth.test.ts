import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

const job = `
job "pair" {
  constraint {
    operator = "distinct_hosts"
    value    = "true"
  }
  group "sleep" {
    count = 2
    task "sleep" {
      driver = "raw_exec"
      config {
        command = "/bin/sleep"
        args    = ["1000"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
    }
  }
}
`;

describe.skipIf(!ready)('what is said of an end, with a client that dies', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--clients', '2'], { timeoutMs: 170_000 });
    const file = join(lab.home, 'pair.nomad.hcl');
    writeFileSync(file, job);
    await lab.must(['job', 'deploy', file]);
  }, 240_000);
  afterAll(() => lab.end(), 120_000);

  it('down --plan names what it would end and remove, and changes nothing', async () => {
    const { stdout } = await lab.must(['down', '--plan']);
    expect(stdout).toMatch(/^ {2}jobs +pair \(2\)$/m);
    expect(stdout).toMatch(/^ {2}agents +server-1 \(consul, nomad\), client-1 \(consul, nomad\), client-2 \(consul, nomad\)$/m);
    const { agents, journal, file, secrets, ca } = lab.paths();
    for (const path of [agents, journal, file, secrets, ca]) expect(stdout).toContain(path);
    expect(stdout).toContain('Nothing was changed.');
    expect((await lab.must(['down', '--plan', '--keep-data'])).stdout).toContain('their tasks run again after the next up');
    expect(lab.agents().size).toBe(6);
  });

  it('job stop says on which client something may still run, and says so again', async () => {
    // The agents alone: the task lives on with its executor.
    for (const agent of ['client-2 nomad', 'client-2 consul'])
      for (const pid of lab.agents().get(agent) ?? []) process.kill(pid, 'SIGKILL');
    const isDown = async (): Promise<boolean> =>
      (await lab.status()).nomadClients?.find(({ name }) => name === 'client-2')?.status === 'down';
    for (let tries = 0; tries < 90 && !(await isDown()); tries++) await sleep(1000);
    const stopped = await lab.must(['job', 'stop', 'pair']);
    expect(stopped.stdout).toContain(
      'pair is stopped, but client-2 is away and could not be told: what may still run there ends when it is back.',
    );
    const again = await lab.must(['job', 'stop', 'pair', '--json']);
    expect(again.json()).toMatchObject({ outcome: 'unchanged', unreachable: ['client-2'] });
    expect((await lab.must(['job', 'stop', 'pair'])).stdout).toContain('pair is stopped already, but client-2 is away');
    await lab.must(['up']);
    // For a moment the client tells that it has its task again, before it ends it.
    const said = async (): Promise<string> => (await lab.must(['job', 'stop', 'pair'])).stdout;
    await expect.poll(said, { timeout: 120_000, interval: 1000 }).toMatch(/^pair is stopped already\./);
  }, 240_000);

  it('history tells what was done to the job, and when it failed', async () => {
    const runs = (await lab.must(['history', '--json'])).json<{ plan: string; outcome: string; detail?: string; startedAt: number }[]>();
    const plans = runs.map(({ plan, outcome, detail }) => [plan, outcome, detail]);
    expect(plans).toContainEqual([`nomadctl job deploy ${join(lab.home, 'pair.nomad.hcl')}`, 'succeeded', 'version 0, healthy']);
    expect(plans).toContainEqual(['nomadctl job stop pair', 'succeeded', '1 allocation ended, client-2 away']);
    expect(runs.map(({ startedAt }) => startedAt)).toEqual(runs.map(({ startedAt }) => startedAt).toSorted((a, b) => b - a));
    expect((await lab.must(['history'])).stdout).toMatch(/nomadctl job stop pair +succeeded: 1 allocation ended, client-2 away/);
  });

  it('what is kept for the next up is no trouble, and another cluster is told by its name', async () => {
    await lab.must(['init', 'other', '--yes']);
    expect((await lab.must(['job', 'list', '--cluster', 'dev'])).stdout).not.toContain('not up');
    await lab.must(['use', 'other']);
    expect((await lab.must(['job', 'list'])).stdout).toContain('Cluster other is not up, so nothing is deployed.');
    const never = await lab.must(['down', 'other']);
    expect(never.stdout).toContain('other was not up: there was nothing to take down\nNext:  nomadctl up other   makes it');
    await lab.must(['down', 'dev', '--keep-data']);
    const kept = await lab.must(['status', 'dev']);
    expect(kept.stdout).toMatch(/^dev on this computer: down, its data and jobs are kept\n\nNext: {2}nomadctl up dev/);
    expect((await lab.must(['down', 'dev', '--plan'])).stdout).toContain('jobs      unknown which: no agent runs that could tell');
    const back = await lab.must(['down', 'dev']);
    expect(back.stdout).toContain('dev is down, in ');
    expect(back.stdout).not.toContain('Next:');
  }, 120_000);
});
