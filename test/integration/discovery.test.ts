import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesUnder } from '../../src/agents/leftovers/leftover-processes.js';
import { blockOf } from '../helpers/guide-blocks.js';
import { readerIn, runs, type Reader } from '../helpers/guide-reader.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = ['consul', 'nomad', 'nginx', 'haproxy', 'consul-template'].every((tool) => requireTool(tool) !== undefined);

interface Status {
  readonly differences: readonly string[];
  readonly services: readonly {
    readonly name: string;
    readonly instances: readonly { readonly node: string; readonly passing: boolean }[];
  }[];
  readonly balancers: readonly { readonly balancer: string; readonly node: string; readonly upstream?: readonly string[] }[];
}

describe.skipIf(!ready)('a topology on a cluster of this computer', { timeout: 240_000 }, () => {
  let lab: Lab;
  let reader: Reader;
  beforeAll(async () => {
    lab = openLab();
    reader = readerIn(lab);
    await lab.must(['up']);
    writeFileSync(join(lab.home, 'topology.yaml'), blockOf('docs/guide/discovery.md', 'yaml', 'services:'));
  });
  afterAll(() => lab?.end());

  const status = async (): Promise<Status & { readonly code: number }> => {
    const result = await lab.run(['discovery', 'status', '--json']);
    return { ...result.json<Status>(), code: result.code };
  };
  const jobs = async (): Promise<readonly string[]> =>
    (await lab.must(['job', 'list', '--json']))
      .json<{ jobs: { name: string; deployed?: object }[] }>()
      .jobs.flatMap((job) => (job.deployed ? [job.name] : []));

  it('the guide: planned, up, looked at, scaled, proved under requests, and gone', async () => {
    const out = await runs(reader, blockOf('docs/guide/discovery.md', 'sh', 'nomadctl discovery up'));
    expect(out).toMatch(/microbot +app +3 +client-1, client-2 +be deployed\nnginx +balancer of microbot +1 +client-2 +be deployed/);
    expect(out).toMatch(/microbot +[0-9a-f]{8} +client-1 +127\.\S+ +passing +nginx on client-2, haproxy on client-2/);
    expect(out).toContain('microbot went from 3 to 4.');
    expect(out).toMatch(/microbot +nginx +\d+ +0 +5 of 5 +followed[^]*microbot +haproxy +\d+ +0 +5 of 5[^]*requests, none failed\./);
    expect(out).toContain('haproxy, nginx, microbot are gone.');
    expect(await jobs()).toEqual([]);
    expect((await lab.run(['discovery', 'status'])).stderr).toContain('no topology is up on this cluster');
  });

  it('what somebody else deployed is not touched; killed on the way, the same command goes on, and then leaves all as it is', async () => {
    await lab.must(['job', 'deploy', 'microbot']);
    const taken = await lab.run(['discovery', 'up', '--file', join(lab.home, 'topology.yaml')]);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('microbot is deployed already, and not by a topology')]);
    await lab.must(['job', 'stop', 'microbot', '--purge']);

    const file = join(lab.home, 'small.yaml');
    writeFileSync(file, 'services: { microbot: { instances: 2 } }\nbalancers: { nginx: { serves: microbot } }\n');
    const killed = lab.start(['discovery', 'up', '--file', file]);
    await expect.poll(jobs, { timeout: 25_000 }).toContain('microbot');
    killed.child.kill('SIGKILL');
    await killed.done;
    await lab.must(['discovery', 'up']);
    expect(await status()).toMatchObject({ code: 0, differences: [], balancers: [{ balancer: 'nginx', node: 'client-2' }] });
    const again = (await lab.must(['discovery', 'up', '--json'])).json<{ changed: string[]; stopped: string[] }>();
    expect(again).toMatchObject({ changed: [], stopped: [] });
    expect((await lab.run(['discovery', 'plan', '--exit-code'])).code).toBe(0);
  });

  it('a balancer that does not follow is named until it does', async () => {
    const follower = processesUnder(lab.home).find(({ pid }) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('consul-template\0-config'),
    );
    if (!follower) throw new Error('consul-template does not run');
    process.kill(follower.pid, 'SIGSTOP');
    try {
      await lab.must(['job', 'scale', 'microbot', '3']);
      const found = await status();
      expect(found.code).toBe(1);
      expect(found.differences).toEqual([expect.stringMatching(/^nginx on client-2 does not serve 127\.[\d.]+:\d+$/)]);
    } finally {
      process.kill(follower.pid, 'SIGCONT');
    }
    await expect.poll(async () => (await status()).differences, { timeout: 25_000 }).toEqual([]);
    // What the topology does not say is taken back.
    await lab.must(['discovery', 'up']);
    expect((await status()).services[0]?.instances).toHaveLength(2);
  });

  it('with another topology, what it has no more is stopped; down takes all back', async () => {
    const file = join(lab.home, 'other.yaml');
    writeFileSync(file, 'services: { microbot: { instances: 1 } }\nbalancers: { haproxy: { serves: microbot } }\n');
    const done = (await lab.must(['discovery', 'up', '--file', file, '--json'])).json<{ stopped: string[] }>();
    expect(done.stopped).toEqual(['nginx']);
    expect((await status()).balancers).toMatchObject([{ balancer: 'haproxy', upstream: [expect.any(String)] }]);
    await lab.must(['discovery', 'down']);
    expect(await jobs()).toEqual([]);
  });

  it('the guide: two versions side by side, promoted and taken back', async () => {
    const out = await runs(reader, blockOf('docs/guide/discovery.md', 'sh', 'nomadctl job promote microbot'));
    expect(out).toMatch(/blue +0 +2 of 2 +stays until green is promoted\ngreen +1 +2 of 2 +canaries, ready to be promoted\n/);
    expect(out).toMatch(/urlprefix-microbot\.service\.consul:9999\/ +blue \(2\)\n/);
    expect(out).toMatch(/urlprefix-next\.service\.consul:9999\/ +green \(2\)\n/);
    expect(out).toMatch(/nomadctl job promote microbot, or nomadctl job revert microbot/);
    expect(out).toContain('microbot is promoted and healthy.');
    expect(out).toContain('microbot is back at version 1.');
  });
});
