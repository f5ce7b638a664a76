import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/commands/command.js';
import { command as explain } from '../../../src/commands/config/explain.js';
import { command as get } from '../../../src/commands/config/get.js';
import { command as path } from '../../../src/commands/config/path.js';
import { command as set } from '../../../src/commands/config/set.js';
import { command as show } from '../../../src/commands/config/show.js';
import { acquireLock } from '../../../src/engine/lock.js';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { UsageError } from '../../../packages/base/src/errors.js';
import { createTestContext, type TestContextOptions } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const existing = '# ours\nversion: 1\nname: dev\ntarget: local\nclients: 4 # four\n';

async function contextWith(text: string | undefined, options: TestContextOptions = {}) {
  const ctx = await createTestContext(options);
  if (text !== undefined) await writeFileAtomic(ctx.paths.cluster('dev').file, text);
  return ctx;
}

async function run(
  command: Command,
  ctx: Awaited<ReturnType<typeof contextWith>>,
  args: Record<string, string | readonly string[]> = {},
  flags: Record<string, boolean> = {},
) {
  const result = await command.run({ args, flags }, ctx);
  return { text: result?.text ?? '', data: result?.data as Record<string, unknown>, exitCode: result?.exitCode, next: result?.next };
}

describe('config show', () => {
  it('shows every key with where it came from', async () => {
    const ctx = await contextWith(existing, { env: { NOMADCTL_SERVERS: '3' } });
    const { text, data } = await run(show, ctx);
    expect(text).toMatch(/^clients +4 +cluster\.yaml:5$/m);
    expect(text).toMatch(/^servers +3 +NOMADCTL_SERVERS$/m);
    expect(text).toMatch(/^versions\.consul +default +default$/m);
    expect(data).toMatchObject({
      cluster: 'dev',
      file: 'present',
      settings: {
        clients: { value: 4, source: { kind: 'file', where: `${ctx.paths.cluster('dev').file}:5` } },
        servers: { value: 3, source: { kind: 'environment' } },
      },
    });
  });

  it('works where there is no file', async () => {
    expect((await run(show, await contextWith(undefined))).text).toContain('(not there: defaults hold)');
  });
});

describe('config get', () => {
  it('prints the value alone', async () => {
    const ctx = await contextWith(`${existing}drivers: [exec, docker]\n`);
    expect((await run(get, ctx, { key: 'clients' })).text).toBe('4');
    expect(await run(get, ctx, { key: 'drivers' })).toMatchObject({ text: 'exec,docker', data: { value: ['exec', 'docker'] } });
  });

  it('suggests a key', async () => {
    const error = await thrown(async () => run(get, await contextWith(existing), { key: 'clents' }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe('there is no key "clents" (did you mean "clients"?)');
  });
});

describe('config explain', () => {
  it.each([
    [{}, existing, 'from      {file}:5'],
    [{ NOMADCTL_CLIENTS: '9' }, existing, 'from      NOMADCTL_CLIENTS'],
    [{}, undefined, 'from      default'],
  ])('says where a value came from: %j', async (env, text, line) => {
    const ctx = await contextWith(text, { env });
    expect((await run(explain, ctx, { key: 'clients' })).text).toContain(line.replace('{file}', ctx.paths.cluster('dev').file));
  });

  it('tells of keys of other targets, as messages of theirs want before there is a cluster', async () => {
    const { text } = await run(explain, await contextWith(undefined), { key: 'baseUrl' });
    expect(text).toMatch(/^baseUrl\n/);
    expect(text).toMatch(/^ {2}from +nowhere: clusters on UCloud have it, and dev is none$/m);
    expect(text).toMatch(/^ {2}variable +NOMADCTL_BASE_URL$/m);
  });

  it('says what the key sets, may be, and how else it is set', async () => {
    const { text } = await run(explain, await contextWith(undefined), { key: 'addressing' });
    expect(text).toMatch(/^addressing = auto$/m);
    expect(text).toMatch(/^ {2}allowed +one of auto, addresses, ports$/m);
    expect(text).toMatch(/^ {2}flag +--addressing <word>$/m);
    expect(text).toMatch(/^ {2}variable +NOMADCTL_ADDRESSING$/m);
  });
});

describe('config set', () => {
  const fileOf = (ctx: Awaited<ReturnType<typeof contextWith>>): Promise<string> => readFile(ctx.paths.cluster('dev').file, 'utf8');

  it('changes one key and keeps the comments', async () => {
    const ctx = await contextWith(existing);
    const { next } = await run(set, ctx, { key: 'clients', value: '5' });
    expect(next).toEqual('nomadctl up dev');
    expect(await fileOf(ctx)).toBe(existing.replace('clients: 4', 'clients: 5'));
    await run(set, ctx, { key: 'versions.consul', value: '1.22.0' });
    expect(await fileOf(ctx)).toContain('versions:\n  consul: 1.22.0\n');
  });

  it('makes the file where there is none', async () => {
    const ctx = await contextWith(undefined);
    await run(set, ctx, { key: 'clients', value: '5' });
    expect((await run(get, ctx, { key: 'clients' })).text).toBe('5');
  });

  it('mends a wrong value', async () => {
    const ctx = await contextWith(existing.replace('clients: 4', 'clients: four'));
    await run(set, ctx, { key: 'clients', value: '4' });
    expect(await fileOf(ctx)).toBe(existing);
  });

  it.each([
    ['clients', 'two', 'clients: must be a whole number (got "two")', 'nomadctl config explain clients'],
    ['servers', '2', /^servers: must be 1, 3 or 5/, 'nomadctl config explain servers'],
    ['clents', '2', 'there is no key "clents" (did you mean "clients"?)', 'nomadctl config show'],
    ['target', 'x', 'target cannot be changed: a cluster keeps it', 'nomadctl config show'],
    ['versions', '1', 'there is no key "versions" (did you mean "versions.consul"?)', 'nomadctl config show'],
    ['ucloudPrivateKey', 'x', 'there is no key "ucloudPrivateKey": a cluster file holds no secret', 'nomadctl init'],
  ])('refuses %s %s', async (key, value, message, next) => {
    const ctx = await contextWith(existing);
    const error = await thrown(() => run(set, ctx, { key, value }));
    expect(error.message).toMatch(message);
    expect([error.exitCode, error.next]).toEqual([2, next]);
    expect(await fileOf(ctx)).toBe(existing);
  });

  it('sets several keys at once, all or none', async () => {
    const ctx = await contextWith(existing);
    const { text } = await run(set, ctx, { key: 'clients', value: '5', more: ['drivers', 'exec,raw_exec'] });
    expect(text).toMatch(/^clients is 5 in .*\ndrivers is exec,raw_exec in .*$/);
    expect(await fileOf(ctx)).toBe(`${existing.replace('clients: 4', 'clients: 5')}drivers: [ exec, raw_exec ]\n`);
    const before = await fileOf(ctx);
    const wrong = await thrown(() => run(set, ctx, { key: 'clients', value: '6', more: ['servers', '2', 'splitRoles', 'maybe'] }));
    expect(wrong.why).toEqual([expect.stringMatching(/^servers: /), expect.stringMatching(/^splitRoles: /)]);
    expect((await thrown(() => run(set, ctx, { key: 'clients', value: '6', more: ['servers'] }))).message).toBe('servers has no value');
    expect(await fileOf(ctx)).toBe(before);
  });

  it('waits for nobody: a run that holds the cluster is named, and the file stays', async () => {
    const ctx = await contextWith(existing);
    const { lock } = ctx.paths.cluster('dev');
    const held = await acquireLock(lock, 'nomadctl up dev', Date.now());
    const error = await thrown(() => run(set, ctx, { key: 'clients', value: '5' }));
    expect([error.exitCode, error.message]).toEqual([5, expect.stringContaining('nomadctl up dev')]);
    expect(await run(set, ctx, { key: 'clients', value: '5' }, { plan: true })).toBeDefined();
    expect(await fileOf(ctx)).toBe(existing);
    await held.release();
    await run(set, ctx, { key: 'clients', value: '5' });
    expect(existsSync(lock)).toBe(false);
  });

  it('leaves a file with other mistakes alone, and shows them', async () => {
    for (const text of [`${existing}clents: 1\n`, `${existing}\tbad\n`]) {
      const ctx = await contextWith(text);
      expect((await thrown(() => run(set, ctx, { key: 'clients', value: '5' }))).code).toBe('cluster-file-invalid');
      expect(await fileOf(ctx)).toBe(text);
    }
  });

  it('warns where the environment is stronger, and only shows with --plan', async () => {
    const ctx = await contextWith(existing, { env: { NOMADCTL_CLIENTS: '9' } });
    expect(await run(set, ctx, { key: 'clients', value: '5' }, { plan: true, exitCode: true })).toMatchObject({ exitCode: 10 });
    expect(await fileOf(ctx)).toBe(existing);
    await run(set, ctx, { key: 'clients', value: '5' });
    expect(ctx.recorded.warnings).toEqual(['NOMADCTL_CLIENTS=9 is set, and stronger']);
  });
});

it('config path prints the path, also of a file that is wrong or not there', async () => {
  const ctx = await contextWith('\t');
  expect((await run(path, ctx)).text).toBe(ctx.paths.cluster('dev').file);
  const none = await contextWith(undefined);
  expect(await run(path, none)).toMatchObject({ text: none.paths.cluster('dev').file, data: { exists: false } });
  expect(none.recorded.warnings).toHaveLength(1);
});
