import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { blockOf } from '../helpers/guide-blocks.js';
import { readerIn, runs, type Reader } from '../helpers/guide-reader.js';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = ['consul', 'nomad', 'redis-server', 'redis-cli', 'python3', 'haproxy', 'curl'].every(
  (name) => requireTool(name) !== undefined,
);

function open(): { readonly lab: Lab; readonly reader: Reader } {
  const lab = openLab();
  onTestFinished(() => lab.end());
  return { lab, reader: readerIn(lab) };
}

const clustersOf = async (lab: Lab): Promise<unknown[]> => (await lab.must(['list', '--json'])).json<{ clusters: unknown[] }>().clusters;

describe.skipIf(!ready)('blocks of the guide on this computer', { timeout: 400_000 }, () => {
  test('README.md: from up to down', async () => {
    const { lab, reader } = open();
    const out = await runs(reader, blockOf('README.md', 'sh', 'nomadctl job verify redis --failover=node'));
    expect(out).toMatch(/redis is running\.[^]*seen by Nomad as[^]*Failover of redis \(node\)[^]*same +REDIS_PORT/);
    expect(await clustersOf(lab)).toEqual([]);
  });

  test('docs/guide/local.md: clusters side by side that grow and shrink, to "everything is gone"', async () => {
    const { lab, reader } = open();
    const block = blockOf('docs/guide/local.md', 'sh', 'nomadctl up staging --split-roles');
    const out = await runs(reader, block);
    expect(out).toContain('dev on this computer: 3 servers, 4 clients');
    // The block ends the current cluster, which is dev while there are two.
    expect(await clustersOf(lab)).toEqual([expect.objectContaining({ name: 'staging' })]);
    // A busy computer may keep one from telling Nomad for a moment.
    const readyClients = async (): Promise<string[]> =>
      ((await lab.status('staging')).nomadClients ?? []).filter(({ status }) => status === 'ready').map(({ name }) => name);
    await expect.poll(readyClients).toEqual(['client-1']);
  });

  test('docs/guide/jobs.md, everyday.md and local.md: jobs, settings and nodes of one cluster', async () => {
    const { lab, reader } = open();
    await lab.must(['up']);
    const jobs = await runs(reader, blockOf('docs/guide/jobs.md', 'sh', 'nomadctl job scale redis web 2'));
    expect(jobs).toMatch(/Failover of redis \(node\)[^]*redis[^]*stopped/);

    const page = join(lab.home, 'jobs', 'page');
    mkdirSync(page, { recursive: true });
    writeFileSync(join(page, 'job.json'), blockOf('docs/guide/jobs.md', 'json', 'A page'));
    writeFileSync(join(page, 'job.nomad.hcl.hbs'), blockOf('docs/guide/jobs.md', 'hcl', 'job "page"'));
    // Its check expects "hello", in which "hello there" begins.
    const own = await runs(reader, blockOf('docs/guide/jobs.md', 'sh', 'nomadctl job deploy page'));
    expect(own).toContain('page is running.');

    const url = `$(nomadctl job expose hello --json | sed -n 's/^ *"url": "\\(.*\\)",$/\\1/p')`;
    const exposing = blockOf('docs/guide/jobs.md', 'sh', 'nomadctl job expose hello').replace(
      /^nomadctl job status/m,
      `curl -sS --noproxy '*' ${url}\n$&`,
    );
    expect(await runs(reader, exposing)).toMatch(
      /hello from allocation[^]*exposed {2}port http · http:\/\/127[\d.]+:8080 · on this computer[^]*Port http of hello is not exposed any more/,
    );

    const settings = await runs(reader, blockOf('docs/guide/everyday.md', 'sh', 'nomadctl config set clients 4 scheduler binpack'));
    expect(settings).toMatch(/steps would run\. Nothing was changed\./);

    // Nobody types into the shell; a log that is followed has no end, nor have web pages that are served.
    const nodes = blockOf('docs/guide/local.md', 'sh', 'nomadctl ssh client-1').replace(
      /^(nomadctl logs .*--follow|nomadctl ui)/gm,
      `interrupted-when 'test -s "$SAID"' $1 || [ $? = 130 ]; true`,
    );
    const told = await runs(reader, nodes);
    expect(told).toMatch(/client-1[^]*alive[^]*ready[^]*http:\/\/[\w.-]+\.localhost:/);
    await lab.must(['down']);
  });
});
