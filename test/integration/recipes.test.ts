import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyTree } from '../helpers/tree-copy.js';

/**
 * Follows the recipes of CONTRIBUTING as a stranger would: takes the paths from its text and the rest from a neighbour, in a
 * copy of the tree. Types, lint, tests and the program then have to know the new thing.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
let tree: string;

const inTree = (path: string): string => join(tree, path);
const read = (path: string): Promise<string> => readFile(inTree(path), 'utf8');

const written: string[] = [];
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(inTree(path)), { recursive: true });
  await writeFile(inTree(path), text);
  written.push(path);
}

/** Puts text before, or after, the first place where something stands. Fails when it stands nowhere. */
async function edit(path: string, at: string | RegExp, change: (found: string) => string): Promise<void> {
  const before = await read(path);
  const after = before.replace(at, change);
  if (after === before) throw new Error(`${path} has no ${String(at)}`);
  await write(path, after);
}

/** The paths that a recipe names, in their order, with its placeholders filled in. */
async function pathsOf(recipe: string, words: Readonly<Record<string, string>>): Promise<string[]> {
  const text = new RegExp(`\\*\\*${recipe}\\.\\*\\*(.*?)\\n\\n`, 's').exec(await read('CONTRIBUTING.md'))?.[1] ?? '';
  const named = [...text.matchAll(/`((?:src|packages|test|templates)\/[^`]+)`/g)].map(([, path = '']) => path);
  return named.map((path) => Object.entries(words).reduce((filled, [word, value]) => filled.replace(`<${word}>`, value), path));
}

async function node(...argv: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: inTree('.home'), NO_COLOR: '1' };
  try {
    return (await promisify(execFile)(process.execPath, argv, { cwd: tree, env, maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${argv.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

const nomadctl = (...argv: readonly string[]): Promise<string> => node('bin/nomadctl.js', ...argv);
const library = (path: string, ...argv: readonly string[]): Promise<string> => node(join('node_modules', path), ...argv);

async function addCommand(): Promise<void> {
  const [file = '', index = ''] = await pathsOf('A command', { verb: 'greet' });
  await write(
    file,
    `import { wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [{ name: 'who', summary: 'who is greeted', required: true }],
  examples: ['nomadctl greet world'],
  async run(input, ctx) {
    const who = wordOf(input, 'who') ?? '';
    return { data: { who, home: ctx.paths.home }, text: \`Hello \${who}\` };
  },
};
`,
  );
  await edit(index, /\n\];/, (end) => `\n  { name: 'greet', summary: 'say hello', load: () => import('./greet.js') },${end}`);
  await write(
    'test/unit/commands/greet.test.ts',
    `import { expect, test } from 'vitest';
import { command } from '../../../src/commands/greet.js';
import { createTestContext } from '../../helpers/test-context.js';

test('greets', async () => {
  expect((await command.run({ args: { who: 'you' }, flags: {} }, await createTestContext()))?.text).toBe('Hello you');
});
`,
  );
}

async function addStep(): Promise<void> {
  const [file = '', plan = ''] = await pathsOf('A step', { subject: 'local', 'verb-noun': 'say-hello' });
  const neighbours = await Promise.all((await readdir(dirname(inTree(file)))).map((name) => read(join(dirname(file), name))));
  const [from = ''] = neighbours.flatMap((text) => /^import \{ defineStep\b.*? from '(.*)';$/m.exec(text)?.[1] ?? []);
  await write(
    file,
    `import { defineStep } from '${from}';

/** A toy. */
export const sayHelloStep = defineStep({
  id: 'say-hello',
  title: 'Saying hello',
  async run({ cluster }, io) {
    io.line('hello');
    return { detail: cluster.name };
  },
});
`,
  );
  await edit(plan, /^/, () => `import { sayHelloStep } from '../../steps/local/say-hello.js';\n`);
  await edit(
    plan,
    "securedUpPlan: Plan<LocalSubject, ClusterState> = {\n  id: 'up',\n  steps: [",
    (start) => `${start}\n    sayHelloStep,`,
  );
  await write(
    'test/unit/steps/local/say-hello.test.ts',
    `import { expect, test } from 'vitest';
import { sayHelloStep } from '../../../../src/steps/local/say-hello.js';
import { createTestContext } from '../../../helpers/test-context.js';

test('says hello', async () => {
  const ctx = await createTestContext();
  const at = { ...ctx, cluster: { name: 'dev', settings: {} as never, paths: ctx.paths.cluster('dev') }, state: {} };
  const lines: string[] = [];
  expect(await sayHelloStep.run(at, { line: (text) => void lines.push(text), log: () => {} })).toEqual({ detail: 'dev' });
  expect(lines).toEqual(['hello']);
});
`,
  );
}

async function addTemplate(): Promise<void> {
  const [folder = ''] = await pathsOf('A job template', { name: 'toy' });
  const manifest = {
    $schema: '../../../schemas/job.schema.json',
    title: 'A toy',
    summary: 'Sleeps',
    variables: [{ name: 'seconds', type: 'number', default: 60, description: 'how long' }],
    verify: { checks: [{ kind: 'exec', title: 'awake', group: 'toy', task: 'sleep', command: ['true'] }] },
  };
  await write(join(folder, 'job.json'), JSON.stringify(manifest, null, 2));
  await write(
    join(folder, 'job.nomad.hcl.hbs'),
    `job "toy" {
  group "toy" {
    task "sleep" {
      driver = "raw_exec"

      config {
        command = "sleep"
        args    = ["{{seconds}}"]
      }
    }
  }
}
`,
  );
  await write(join(folder, 'example.json'), '{ "seconds": 5 }\n');
  await write(join(folder, 'README.md'), '# toy\n\n`seconds`: how long it sleeps.\n');
}

async function addOption(): Promise<void> {
  const [table = ''] = await pathsOf('An option', {});
  await edit(table, /\btype Settings\b/, (found) => `text, ${found}`);
  await edit(table, '  ...clusterOptions,', (rest) => `  nickname: text({ summary: 'what friends call it', default: 'none' }),\n${rest}`);
}

/** The folder of the actions, and the new one in it, made of a neighbour. */
async function addAction(): Promise<void> {
  const [file = ''] = await pathsOf('An emulated action', { product: 'account', action: 'get-toy-list' });
  const neighbour = await read(join(dirname(file), 'get-project-list.ts'));
  await write(file, neighbour.replaceAll('getProjectList', 'getToyList').replaceAll('GetProjectList', 'GetToyList'));
  await edit(join(dirname(file), 'index.ts'), /$/, () => `export { getToyList } from './get-toy-list.js';\n`);
}

/** As the config of the tree, but for what is set up once for all tests: no engine is started here. */
const CONFIG = `import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { environment: 'node', testTimeout: 60_000, include: ['**/test/**/*.test.ts'] } });
`;

describe('the recipes of CONTRIBUTING', () => {
  beforeAll(async () => {
    tree = await copyTree(root);
    await addCommand();
    await addStep();
    await addTemplate();
    await addOption();
    await addAction();
    await library('prettier/bin/prettier.cjs', '--write', ...written.filter((path) => /\.ts$/.test(path)));
    await node('scripts/build.mjs');
    await writeFile(inTree('vitest.toys.ts'), CONFIG);
  });

  afterAll(() => rm(tree, { recursive: true, force: true }));

  // Compiler and linter compute for three quarters of a minute of their own, which others beside them make minutes.
  it('make what the compiler and the linter take', { timeout: 300_000 }, async () => {
    const sources = [...new Set(written)].filter((path) => /^(src|packages)\/.*\.ts$/.test(path));
    await Promise.all([library('typescript/bin/tsc', '--noEmit'), library('eslint/bin/eslint.js', ...sources)]);
  });

  it('make what the tests take, and refresh what is made from the code', async () => {
    const [actionsTest = ''] = (await readdir(tree, { recursive: true })).filter((path) =>
      /packages\/ucloud-emulator\/test\/contract\/actions\.test\.ts$/.test(path),
    );
    const files = [
      'test/unit/commands/surface.test.ts',
      'test/unit/commands/greet.test.ts',
      'test/unit/steps/local/say-hello.test.ts',
      'test/unit/jobs/catalogue/shipped-templates.test.ts',
      'test/contract/reference.test.ts',
      'test/contract/schemas.test.ts',
      actionsTest,
    ];
    const said = await library('vitest/vitest.mjs', 'run', '--config', 'vitest.toys.ts', ...files, '-u');
    expect(said).toMatch(new RegExp(`Test Files +${files.length} passed`));
    expect(await read('test/golden/cli-surface.txt')).toContain('nomadctl greet <who>   say hello');
    expect(await read('docs/reference/commands.md')).toContain('## nomadctl greet');
    expect(await read('docs/reference/settings.md')).toContain('`--nickname <text>`');
    expect(JSON.parse(await read('schemas/cluster.schema.json'))).toMatchObject({
      allOf: expect.arrayContaining([
        expect.objectContaining({
          then: expect.objectContaining({ properties: expect.objectContaining({ nickname: expect.objectContaining({ type: 'string' }) }) }),
        }),
      ]),
    });
    expect(await read('packages/ucloud-emulator/docs/reference/actions.md')).toContain('### GetToyList');
    expect(await read('test/golden/jobs/toy.nomad.hcl')).toContain('args    = ["5"]');
  });

  it('make what the program knows', async () => {
    expect(await nomadctl('greet', 'world')).toBe('Hello world\n');
    expect(await nomadctl('up', '--plan')).toMatch(/run +say-hello/);
    expect(await nomadctl('up', '--help')).toContain('--nickname <text>');
    expect(await nomadctl('config', 'explain', 'nickname')).toContain('what friends call it');
    expect(await nomadctl('job', 'show', 'toy')).toContain('how long');
    expect(await nomadctl('job', 'render', 'toy')).toContain('args    = ["60"]');
  });
});
