import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { init } from '../../../src/commands/init.js';
import { writeClusterFile } from '../../../src/config/cluster-file.js';
import { withMark } from '../../../src/config/generated-mark.js';
import type { Context } from '../../../src/context.js';
import { AbortError, AnswerNeededError, ConfigError, UsageError } from '../../../packages/base/src/errors.js';
import { text } from '../../../src/options/option.js';
import { hintLine } from '../../helpers/hint-line.js';
import { sampleTable, sampleTarget } from '../../helpers/sample-target.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const targets = [sampleTarget()];
const existing = 'version: 1\nname: dev\ntarget: sample\nservers: 3 # three\nclients: 4\n';

const run = (ctx: Context, flags: Record<string, string | boolean> = {}, name?: string) => init({ args: { name }, flags }, ctx, targets);
const fileOf = (ctx: Context, name = 'dev'): Promise<string> => readFile(ctx.paths.cluster(name).file, 'utf8');
const write = (ctx: Context, content: string): Promise<void> =>
  writeClusterFile({ path: ctx.paths.cluster('dev').file, name: 'dev', targets }, content);

describe('asked', () => {
  it('writes what is answered, and tells what comes next', async () => {
    const ctx = await createTestContext({ answers: ['prod', '3', '', false, 'ports'] });
    const result = await run(ctx);
    expect(result.text).toBe(`Wrote ${ctx.paths.cluster('prod').file}`);
    expect(result.next).toEqual('nomadctl up prod');
    expect(ctx.recorded.questions.map(({ message }) => message)).toEqual([
      'Name of the cluster?',
      'How many servers?',
      'How many clients?',
      'Separate roles?',
      'Addressing?',
    ]);
    expect(ctx.recorded.notes).toEqual(['Where the cluster lives: A sample']);
    const lines = (await fileOf(ctx, 'prod')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual([
      'version: 1',
      'name: prod',
      'target: sample',
      'servers: 3',
      'clients: 2',
      'splitRoles: false',
      'addressing: ports',
    ]);
  });

  it('asks for the target where there are several', async () => {
    const ctx = await createTestContext({ answers: ['other', '6'] });
    const other = sampleTarget({ id: 'other', title: 'Elsewhere', options: { size: { ...sampleTable.clients, question: 'Size?' } } });
    await init({ args: { name: 'dev' }, flags: {} }, ctx, [...targets, other]);
    expect(await fileOf(ctx)).toMatch(/target: other\n.*\nsize: 6\n/);
  });

  it('edits a cluster that is there: every answer is the default', async () => {
    const ctx = await createTestContext({ answers: ['', '5', '', ''] });
    await write(ctx, existing);
    await run(ctx, {}, 'dev');
    expect(ctx.recorded.questions.map((question) => question.default)).toEqual(['3', '4', false, 'auto']);
    expect(await fileOf(ctx)).toBe(`${existing.replace('clients: 4', 'clients: 5')}splitRoles: false\naddressing: auto\n`);
  });

  it('says what a flag has wrong before it asks anything', async () => {
    const ctx = await createTestContext({ answers: [] });
    expect(await thrown(() => run(ctx, { clients: 'two' }, 'dev'))).toBeInstanceOf(UsageError);
  });
});

describe('where nobody can be asked', () => {
  it('takes flags and defaults', async () => {
    const ctx = await createTestContext();
    await run(ctx, { clients: '7', versionsNomad: '1.11.0' });
    expect(await fileOf(ctx)).toMatch(/servers: 1\n[^]*clients: 7\n[^]*versions:\n.*\n {2}nomad: 1\.11\.0\n/);
  });

  it('changes what flags say in a file that is there, and nothing without them', async () => {
    const ctx = await createTestContext();
    await write(ctx, existing);
    expect((await run(ctx)).text).toContain('is as it was');
    await run(ctx, { clients: '9' });
    expect(await fileOf(ctx)).toBe(existing.replace('clients: 4', 'clients: 9'));
  });

  it('writes a file that is empty anew, as the message about it says', async () => {
    const ctx = await createTestContext();
    await mkdir(ctx.paths.cluster('dev').dir, { recursive: true });
    await writeFile(ctx.paths.cluster('dev').file, '\n');
    expect((await run(ctx)).text).toContain('Wrote ');
    expect(await fileOf(ctx)).toMatch(/name: dev\ntarget: sample\n/);
    await writeFile(ctx.paths.cluster('dev').file, '# mine\n');
    expect(hintLine((await thrown(() => run(ctx))).next)).toBe(`"\${EDITOR:-vi}" ${ctx.paths.cluster('dev').file}`);
  });

  it('notes that variables of another target are set, unless somebody said where the cluster lives', async () => {
    const env = { OTHER_PUBLIC_KEY: 'pub', OTHER_REGION: 'cn-bj2', OTHER_EMPTY: '', OTHERWISE: 'x' };
    const both = [...targets, sampleTarget({ id: 'other', title: 'Elsewhere' })];
    const given = { path: ['init'], args: { name: 'prod' } };
    const noted = async (env: Record<string, string>, flags: Record<string, string> = {}): Promise<readonly string[]> => {
      const ctx = await createTestContext({ env, given: { ...given } });
      await init({ args: { name: 'prod' }, flags }, ctx, both);
      return ctx.recorded.notes.map((note) => note.replace(ctx.paths.cluster('prod').file, 'FILE'));
    };
    const note = (set: string): string =>
      `The cluster lives here, on target sample, although ${set} set; to make it there: rm FILE && nomadctl init prod --target other`;
    expect(await noted(env)).toEqual([note('OTHER_PUBLIC_KEY, OTHER_REGION are')]);
    expect(await noted({ OTHER_REGION: 'cn-bj2' })).toEqual([note('OTHER_REGION is')]);
    expect(await noted(env, { target: 'sample' })).toEqual([]);
    expect(await noted({ ...env, NOMADCTL_TARGET: 'sample' })).toEqual([]);
    expect(await noted({ OTHER_EMPTY: '' })).toEqual([]);
  });

  it('names every missing flag at once', async () => {
    const needy = sampleTarget({
      options: { ...sampleTable, project: text({ summary: 'the project', question: 'Project?' }), zone: text({ summary: 'the zone' }) },
    });
    const error = await thrown(async () => init({ args: {}, flags: {} }, await createTestContext(), [needy]));
    expect(error).toBeInstanceOf(AnswerNeededError);
    expect(error.details).toEqual({ flags: ['--project', '--zone'] });
  });

  it('refuses settings that only together are wrong', async () => {
    const picky = sampleTarget({ check: () => [{ text: 'too many of both', why: 'it is', fix: { clients: 1 } }] });
    const error = await thrown(async () => init({ args: {}, flags: { servers: '3' } }, await createTestContext(), [picky]));
    expect([error.message, error.why, error.next]).toEqual([
      'too many of both',
      ['it is'],
      'nomadctl init dev --target sample --servers 3 --clients 1',
    ]);
  });

  it('refuses to edit a file with mistakes, and shows them', async () => {
    const ctx = await createTestContext();
    await write(ctx, existing);
    await writeFile(ctx.paths.cluster('dev').file, `${existing}clents: 1\n`);
    expect(await thrown(() => run(ctx))).toBeInstanceOf(ConfigError);
  });
});

it("makes a file that up wrote the user's own", async () => {
  const ctx = await createTestContext();
  await write(ctx, withMark(existing));
  await run(ctx);
  expect(await fileOf(ctx)).toBe(existing);
});

describe('--plan', () => {
  it('shows a new file and writes nothing', async () => {
    const ctx = await createTestContext();
    const { text: shown, exitCode } = await run(ctx, { plan: true, exitCode: true, clients: '3' });
    expect(shown).toContain('\n+ clients: 3\n');
    expect(exitCode).toBe(10);
    await expect(fileOf(ctx)).rejects.toThrow('ENOENT');
  });

  it('shows lines that go and come, and 0 where there are none', async () => {
    const ctx = await createTestContext();
    await write(ctx, existing);
    const { text: shown, exitCode } = await run(ctx, { plan: true, clients: '5' });
    expect(shown.split('\n').slice(2, -2)).toEqual([
      '  version: 1',
      '  name: dev',
      '  target: sample',
      '  servers: 3 # three',
      '- clients: 4',
      '+ clients: 5',
    ]);
    expect(exitCode).toBe(0);
    expect((await run(ctx, { plan: true, exitCode: true })).exitCode).toBe(0);
    expect(await fileOf(ctx)).toBe(existing);
  });
});

describe('--from', () => {
  async function given(content: string, options: Parameters<typeof createTestContext>[0] = {}) {
    const ctx = await createTestContext(options);
    const from = join(ctx.paths.home, 'elsewhere.yaml');
    await writeFile(from, content);
    return { ctx, from };
  }

  it('takes the file, comments and all', async () => {
    const { ctx, from } = await given(existing);
    await run(ctx, { from });
    expect(await fileOf(ctx)).toBe(existing);
  });

  it('sets flags and the name on top', async () => {
    const { ctx, from } = await given(withMark(existing));
    await run(ctx, { from, clients: '1' }, 'copy');
    expect(await fileOf(ctx, 'copy')).toBe(existing.replace('name: dev', 'name: copy').replace('clients: 4', 'clients: 1'));
  });

  it('shows every mistake of file and flags', async () => {
    const { ctx, from } = await given(`${existing}clents: 1\n`);
    const error = await thrown(() => run(ctx, { from, servers: '2' }));
    expect(error.why.slice(0, 2)).toEqual([
      'elsewhere.yaml:6:1 clents: there is no such key (did you mean "clients"?)',
      '--servers: must be 1 or 3 (got 2)',
    ]);
    expect((await thrown(() => run(ctx, { from: join(ctx.paths.home, 'none.yaml') }))).code).toBe('cluster-file-unreadable');
  });

  it('replaces another file only when that is agreed to', async () => {
    const other = existing.replace('clients: 4', 'clients: 8');
    const { ctx, from } = await given(other);
    await write(ctx, existing);
    const error = await thrown(() => run(ctx, { from }));
    expect(error).toBeInstanceOf(AnswerNeededError);
    expect(error.details).toEqual({ flags: ['--yes'] });
    const no = await createTestContext({ home: ctx.paths.home, answers: [false] });
    expect(await thrown(() => run(no, { from }))).toBeInstanceOf(AbortError);
    expect(await fileOf(ctx)).toBe(existing);
    const yes = await createTestContext({ home: ctx.paths.home, global: { yes: true } });
    await run(yes, { from });
    expect(await fileOf(ctx)).toBe(other);
    expect((await run(ctx, { from })).text).toContain('is as it was');
  });
});
