import { describe, expect, it } from 'vitest';
import type { Command, CommandEntry } from '../../../../src/commands/command.js';
import { complete } from '../../../../src/cli/completion/complete.js';
import { command as completion } from '../../../../src/commands/completion.js';
import { UsageError } from '../../../../packages/base/src/errors.js';
import { globalFlags } from '../../../../src/cli/global-flags.js';
import { writeFileAtomic } from '../../../../packages/base/src/atomic-write.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';

const run: Command['run'] = async () => undefined;
const loads: string[] = [];
const entry = (name: string, command: Command | { commands: readonly CommandEntry[] }): CommandEntry => ({
  name,
  summary: `about ${name}`,
  load: async () => {
    loads.push(name);
    return { command };
  },
});

const entries: readonly CommandEntry[] = [
  entry('up', {
    arguments: [{ name: 'name', summary: '', completes: 'cluster' }],
    flags: [
      { flag: '--clients <count>', summary: 'how many' },
      { flag: '--addressing <word>', summary: 'how', choices: ['auto', 'ports'] },
      { flag: '--var <text>', summary: 'a variable', repeatable: true },
      { flag: '-f, --follow', summary: 'go on' },
      { flag: '--node <node>', summary: 'a node' },
    ],
    examples: [],
    run,
  }),
  entry('logs', { arguments: [{ name: 'node', summary: '', completes: 'node' }], examples: [], run }),
  entry('tools', {
    commands: [
      entry('install', { arguments: [{ name: 'tools', summary: '', variadic: true, completes: 'tool' }], examples: [], run }),
      entry('path', {
        arguments: [
          { name: 'tool', summary: '', completes: ['one', 'two'] },
          { name: 'file', summary: '' },
        ],
        examples: [],
        run,
      }),
    ],
  }),
];

async function home() {
  const ctx = await createTestContext();
  for (const [name, nodes] of [
    ['dev', ['server-1', 'client-1']],
    ['prod', ['server-9']],
  ] as const) {
    const state = { nodes: nodes.map((node) => ({ name: node, role: 'a role' })) };
    await writeFileAtomic(ctx.paths.cluster(name).journal, JSON.stringify({ version: 1, cluster: name, state, steps: {}, runs: [] }));
  }
  await writeFileAtomic(ctx.paths.currentFile, 'dev\n');
  return ctx;
}

async function words(...typed: string[]): Promise<string[]> {
  const { paths, env } = await home();
  return (await complete(typed, { paths, env, globalFlags }, entries)).map((line) => line.split('\t')[0] ?? '');
}

describe('complete', () => {
  it('offers commands with what they do, and loads none', async () => {
    loads.length = 0;
    const { paths, env } = await home();
    expect(await complete(['u'], { paths, env, globalFlags }, entries)).toEqual(['up\tabout up']);
    expect(await words('')).toEqual(['up', 'logs', 'tools']);
    expect(await words()).toEqual(['up', 'logs', 'tools']);
    expect(loads).toEqual([]);
  });

  it('loads only the command on the line', async () => {
    loads.length = 0;
    expect(await words('tools', '')).toEqual(['install', 'path']);
    expect(loads).toEqual(['tools']);
  });

  it('offers flags, those of all commands too, and none twice unless it may be', async () => {
    expect(await words('up', '--f')).toEqual(['--follow']);
    expect(await words('up', '--')).toEqual([
      '--clients',
      '--addressing',
      '--var',
      '--follow',
      '--node',
      '--cluster',
      '--json',
      '--quiet',
      '--verbose',
      '--yes',
      '--no-color',
      '--help',
    ]);
    expect(await words('up', '-f', '--var', 'a=1', '--clients', '3', '--')).not.toEqual(expect.arrayContaining(['--follow', '--clients']));
    expect(await words('up', '--var', 'a=1', '--v')).toEqual(['--var', '--verbose']);
    expect(await words('--j')).toEqual(['--json']);
    expect(await words('up', '--terra')).toEqual(['--terraform-bin']);
    expect(await words('up', '--terraform-bin', '/tf', '--terra')).toEqual([]);
  });

  it('offers the values of a flag', async () => {
    expect(await words('up', '--addressing', '')).toEqual(['auto', 'ports']);
    expect(await words('up', '--addressing=p')).toEqual(['--addressing=ports']);
    expect(await words('up', '--clients', '')).toEqual([]);
    expect(await words('up', '--cluster', '')).toEqual(['dev', 'prod']);
    expect(await words('--cluster', 'p')).toEqual(['prod']);
  });

  it('offers clusters, nodes, tools and fixed words', async () => {
    expect(await words('up', '')).toEqual(['dev', 'prod']);
    expect(await words('logs', '')).toEqual(['server-1', 'client-1']);
    expect(await words('logs', '--cluster', 'prod', '')).toEqual(['server-9']);
    expect(await words('--cluster=prod', 'logs', 's')).toEqual(['server-9']);
    expect(await words('up', 'prod', '--node', '')).toEqual(['server-9']);
    expect(await words('tools', 'install', 'consul', 'n')).toEqual(['nomad']);
    expect(await words('tools', 'path', '')).toEqual(['one', 'two']);
  });

  it('leaves the rest to the shell', async () => {
    expect(await words('up', 'dev', '')).toEqual([]);
    expect(await words('tools', 'path', 'one', '')).toEqual([]);
    expect(await words('logs', 'server-1', '--', '')).toEqual([]);
    expect(await words('nothing', '')).toEqual([]);
  });

  it('stays quiet where something is damaged', async () => {
    const ctx = await home();
    await writeFileAtomic(ctx.paths.cluster('dev').journal, '{');
    expect(await complete(['logs', ''], { paths: ctx.paths, env: {}, globalFlags }, entries)).toEqual([]);
  });

  it('knows the real commands, keys and jobs', async () => {
    const { paths, env } = await home();
    const offered = async (...typed: string[]): Promise<string> => (await complete(typed, { paths, env, globalFlags })).join('\n');
    expect(await offered('')).toContain('completion\t');
    expect(await offered('config', 'get', 'versions.')).toMatch(/^versions\.consul\t.*\nversions\.nomad\t/);
    expect(await offered('job', 'deploy', 'red')).toMatch(/^redis\t/);
    expect(await offered('up', '--split')).toMatch(/^--split-roles\t/);
    expect(await offered('completion', '')).toBe('bash\nzsh\nfish');
  });
});

describe('completion', () => {
  const print = (shell: string) => completion.run({ args: { shell }, flags: {} }, {} as never);

  it.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    expect((await print(shell))?.text).toContain('__complete');
  });

  it.each(['csh', 'constructor', 'basch'])('knows no %s', async (shell) => {
    expect(await thrown(() => print(shell))).toBeInstanceOf(UsageError);
  });
});
