import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command, CommandInput, CommandResult } from '../../../../src/commands/command.js';
import { command as job } from '../../../../src/commands/job/index.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { hintMatching } from '../../../helpers/hint-line.js';

const nomad = requireTool('nomad');

type Ctx = Awaited<ReturnType<typeof createTestContext>>;

async function run(name: string, input: Partial<CommandInput>, ctx: Ctx): Promise<CommandResult> {
  const entry = job.commands.find((candidate) => candidate.name === name);
  const { command } = (await entry?.load()) as { command: Command };
  return (await command.run({ args: {}, flags: {}, ...input }, ctx)) as CommandResult;
}

describe('job commands that need no cluster', () => {
  const before = process.cwd();
  let ctx: Ctx;
  beforeEach(async () => {
    ctx = await createTestContext();
    process.chdir(await tempHome());
  });
  afterEach(() => process.chdir(before));

  it('list: the catalogue, also without a cluster, and a broken template with what is wrong', async () => {
    await mkdir(join(ctx.paths.ownJobs, 'broken'), { recursive: true });
    await writeFile(join(ctx.paths.ownJobs, 'broken', 'job.json'), '{}');
    const { text, data } = await run('list', {}, ctx);
    expect(text).toMatch(/redis +- +nomadctl +Redis behind Consul Connect/);
    expect(text).toMatch(/broken +- +own +cannot be used: .+job\.json has 2 problems/);
    expect(text).toContain('Cluster dev is not up, so nothing is deployed.');
    expect(data).toMatchObject({ cluster: 'not up' });
  });

  it('show: variables, programs and checks', async () => {
    const { text, data } = await run('show', { args: { job: 'redis' } }, ctx);
    expect(text).toMatch(/memory +number +64 +MiB for redis/);
    expect(text).toMatch(/driver +driver +docker on hosts, else the first that works of raw_exec, exec {2}/);
    expect(text).toContain('raw_exec  redis-server, redis-cli');
    expect(text).toContain('failover of group redis, PING repeated');
    expect(data).toMatchObject({ name: 'redis', title: 'Redis behind Consul Connect' });
  });

  it.skipIf(nomad === undefined)('show: what a job file declares', async () => {
    ctx = await createTestContext({ env: { PATH: dirname(nomad as string) } });
    await writeFile('web.hcl', 'variable "count" {\n  type = number\n}\njob "web" {}\n');
    expect((await run('show', { args: { job: 'web.hcl' } }, ctx)).data).toMatchObject({
      kind: 'hcl',
      variables: [{ name: 'count', type: 'number' }],
    });
  });

  it('render: values from words and from --driver', async () => {
    const { text } = await run(
      'render',
      { args: { job: 'redis' }, flags: { var: ['memory=99', 'datacenters=a,b'], driver: 'docker' } },
      ctx,
    );
    expect(text).toContain('memory = 99');
    expect(text).toContain('datacenters = ["a", "b"]');
    expect(text).toContain('driver = "docker"');
  });

  it('render: names what is wrong with the values', async () => {
    await expect(run('render', { args: { job: 'redis' }, flags: { var: ['memory=1'] } }, ctx)).rejects.toThrow(
      'job redis: memory: must be at least 16 (got 1)',
    );
  });

  it('new: writes a file that deploy takes, and says so', async () => {
    const { next, data } = await run('new', { args: { kind: 'web', name: 'shop' } }, ctx);
    expect(data).toEqual({ kind: 'web', name: 'shop', file: 'shop.nomad.hcl', driver: 'raw_exec', files: ['shop.nomad.hcl'] });
    expect(next).toEqual('nomadctl job deploy ./shop.nomad.hcl');
    expect(await readFile('shop.nomad.hcl', 'utf8')).toContain('job "shop" {');
  });

  it.each(['plan', 'deploy', 'status', 'scale', 'stop', 'promote', 'revert', 'logs', 'verify'])(
    '%s: says that no cluster is there',
    async (name) => {
      const args = { job: 'redis', group: '2' };
      await expect(run(name, { args }, ctx)).rejects.toMatchObject({
        exitCode: expect.any(Number),
        next: hintMatching(/nomadctl/),
      });
    },
  );

  it('verify: refuses a file, which declares no checks', async () => {
    await writeFile('web.hcl', 'job "web" {}\n');
    await expect(run('verify', { args: { job: 'web.hcl' } }, ctx)).rejects.toMatchObject({ code: 'checks-undeclared', exitCode: 2 });
  });

  it('has an example for every command', async () => {
    for (const entry of job.commands) {
      const { command } = (await entry.load()) as { command: Command };
      expect(command.examples.length, entry.name).toBeGreaterThan(0);
      for (const example of command.examples) expect(example).toMatch(new RegExp(`^nomadctl job ${entry.name}( |$)`));
    }
  });
});
