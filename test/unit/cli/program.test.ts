import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Command, CommandEntry } from '../../../src/commands/command.js';
import { commands } from '../../../src/commands/index.js';
import { UsageError } from '../../../packages/base/src/errors.js';
import { runProgram } from '../../../src/cli/program.js';
import { hint } from '../../../packages/base/src/hint/hint.js';
import { renderHint } from '../../../packages/base/src/hint/render-hint.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function helpOf(...argv: string[]): Promise<string> {
  const ctx = await createTestContext();
  expect(await runProgram(argv, { ctx, version: '1.2.3' })).toBeUndefined();
  return ctx.recorded.results.join('');
}

async function input(entry: Command, ...argv: string[]) {
  const ctx = await createTestContext();
  const entries: readonly CommandEntry[] = [{ name: 'do', summary: '', load: async () => ({ command: entry }) }];
  return (await runProgram(['do', ...argv], { ctx, version: '1.2.3' }, entries))?.data;
}

const echo: Command = {
  arguments: [
    { name: 'first', summary: '' },
    { name: 'rest', summary: '', variadic: true },
  ],
  flags: [
    { flag: '--count <n>', summary: '' },
    { flag: '--on', summary: '' },
    { flag: '--no-on', summary: '' },
    { flag: '--var <text>', summary: '', repeatable: true },
    { flag: '--kind <word>', summary: '', choices: ['a', 'b'] },
  ],
  examples: ['nomadctl do'],
  run: async (given) => ({ data: given, text: '' }),
};

it.each([
  [['--on', '--no-on'], '--on and --no-on contradict each other'],
  [['--no-on', '--count', '2', '--on'], '--no-on and --on contradict each other'],
])('a flag together with its opposite is refused: %j', async (argv, message) => {
  const error = await thrown(() => input(echo, ...argv));
  expect(error).toMatchObject({ code: 'flags-contradict', exitCode: 2, message });
  const given = { path: ['do'], flags: { count: '2', on: false } };
  expect(renderHint(error.next ?? hint``, given)).toBe('nomadctl do --count 2 --on, or nomadctl do --count 2 --no-on');
});

it('a flag that is said twice is no contradiction', async () => {
  expect(await input(echo, '--no-on', '--no-on')).toMatchObject({ flags: { on: false } });
});

describe('help', () => {
  it.each([[[]], [['--help']], [['help']]])('of the whole lists every command: %j', async (argv) => {
    const shown = await helpOf(...argv);
    for (const { name, summary } of commands) expect(shown).toMatch(new RegExp(`^  ${name} .*${summary.slice(0, 20)}`, 'm'));
  });

  it.each([[['config']], [['config', '--help']]])('of a group lists its commands: %j', async (argv) => {
    expect(await helpOf(...argv)).toMatch(/Usage: nomadctl config[^]*explain[^]*path/);
  });

  // It loads every command there is.
  it('of every command has an example and its flags', { timeout: 90_000 }, async () => {
    const walk = async (entries: readonly CommandEntry[], path: readonly string[]): Promise<void> => {
      for (const { name, load } of entries) {
        const { command } = await load();
        const here = [...path, name];
        if ('commands' in command) await walk(command.commands, here);
        else {
          const shown = await helpOf(...here, '--help', ...(command.helpOwner ? ['--all'] : []));
          expect(shown, here.join(' ')).toContain(`Usage: nomadctl ${here.join(' ')}`);
          for (const example of command.examples) expect(shown).toContain(example);
          for (const { flag, hidden } of command.flags ?? []) if (!hidden) expect(shown, here.join(' ')).toContain(flag);
          expect(command.examples.length, here.join(' ')).toBeGreaterThan(0);
        }
      }
    };
    await walk(commands, []);
  });
});

describe('what a command gets', () => {
  it('is what was written, and nothing for what was not', async () => {
    expect(await input(echo)).toEqual({ args: { first: undefined, rest: [] }, flags: {} });
    expect(await input(echo, 'x', 'y', 'z', '--count', '3', '--var', 'a=1', '--var', 'b=2', '--no-on')).toEqual({
      args: { first: 'x', rest: ['y', 'z'] },
      flags: { count: '3', var: ['a=1', 'b=2'], on: false },
    });
    expect(await input(echo, '--on')).toMatchObject({ flags: { on: true } });
  });
});

describe('a wrong command line', () => {
  it.each([
    [['do', '--cuont', '3'], /unknown option '--cuont'/],
    [['do', '--count'], /argument missing/],
    [['do', '--kind', 'c'], /Allowed choices are a, b/],
    [['od'], /unknown command 'od'/],
  ])('%j is refused with exit code 2', async (argv, message) => {
    const ctx = await createTestContext();
    const entries: readonly CommandEntry[] = [{ name: 'do', summary: '', load: async () => ({ command: echo }) }];
    const error = await thrown(() => runProgram(argv, { ctx, version: '1.2.3' }, entries));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(ctx.recorded.results).toEqual([]);
  });
});

describe('help of a command with the settings of every target', () => {
  const onUcloud = { file: 'version: 1\nname: prod\ntarget: ucloud\nprojectId: org-a\nallowIp: [203.0.113.7/32]\n' };

  async function help(argv: readonly string[], { file, env = {} }: { file?: string; env?: Record<string, string> } = {}): Promise<string> {
    const home = await tempHome();
    const ctx = await createTestContext({ home, env });
    if (file !== undefined) {
      await mkdir(ctx.paths.cluster('prod').dir, { recursive: true });
      await writeFile(ctx.paths.cluster('prod').file, file);
    }
    expect(await runProgram(argv, { ctx, version: '1.2.3' })).toBeUndefined();
    return ctx.recorded.results.join('');
  }

  const LOCAL = '--split-roles';
  const UCLOUD = '--nomad-servers <count>';
  const SHARED = '--clients <count>';

  it.each([
    ['without a cluster', ['up', '--help'], {}, LOCAL],
    ['of the only cluster', ['up', '--help'], onUcloud, UCLOUD],
    ['of the cluster that is named', ['up', 'prod', '-h'], onUcloud, UCLOUD],
    ['of another one that is named', ['up', 'dev', '--help'], onUcloud, LOCAL],
    ['after other flags', ['init', '--servers', '3', 'prod', '--help'], onUcloud, UCLOUD],
    ['of a target that is asked for', ['init', '--target', 'ucloud', '--help'], {}, UCLOUD],
    ['of a target of the environment', ['init', '--help'], { env: { NOMADCTL_TARGET: 'ucloud' } }, UCLOUD],
    ['of a damaged file', ['up', 'prod', '--help'], { file: '{{{' }, LOCAL],
  ])('%s', async (_case, argv, given, wanted) => {
    const shown = await help(argv, given);
    const other = wanted === LOCAL ? UCLOUD : LOCAL;
    expect(shown).toContain(wanted);
    expect(shown).toContain(SHARED);
    expect(shown).not.toContain(other);
    expect(shown).toContain(
      `Settings of clusters on ${wanted === LOCAL ? 'UCloud' : 'this computer'}: nomadctl ${argv[0] ?? ''} --help --all`,
    );
  });

  it('shows all with --all, which does nothing else', async () => {
    for (const argv of [
      ['up', '--help', '--all'],
      ['init', '--all', 'prod', '-h'],
    ]) {
      const shown = await help(argv, onUcloud);
      for (const flag of [LOCAL, UCLOUD, SHARED]) expect(shown).toContain(flag);
      expect(shown).not.toContain('--help --all');
    }
    const ctx = await createTestContext();
    const error = await thrown(() => runProgram(['up', '--all'], { ctx, version: '1.2.3' }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message: '--all goes with --help', next: 'nomadctl up --help --all' });
  });

  it('of a cluster on this computer fits two screens', async () => {
    expect((await help(['up', '--help'])).split('\n').length).toBeLessThan(80);
  });
});

it('has the groups of commands that its cache of compiled code knows', async () => {
  const { GROUPS } = createRequire(import.meta.url)('../../../bin/open-program.js') as { GROUPS: string[] };
  const loaded = await Promise.all(commands.map(async ({ name, load }) => ({ name, ...(await load()) })));
  const groups = loaded.flatMap(({ name, command }) => ('commands' in command ? [name] : [])).sort();
  expect(groups).toEqual(GROUPS);
});
