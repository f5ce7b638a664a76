import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempHome } from '../helpers/temp-home.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly bytes: number; readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly functionName: string; readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

let place: string;
/** What the build put into each file of `dist/`, by file and chunk: `main.cjs#5`. */
let chunks: Metafile['outputs'];

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'nomadctl-startup-'));
  const metafile = join(place, 'meta.json');
  await run(process.execPath, [join(root, 'scripts/build.mjs'), '--names', '--out', join(place, 'dist'), '--metafile', metafile]);
  for (const name of ['bin', 'templates', 'toolchain', 'package.json']) await cp(join(root, name), join(place, name), { recursive: true });
  chunks = (JSON.parse(await readFile(metafile, 'utf8')) as Metafile).outputs;
});

afterAll(() => rm(place, { recursive: true, force: true }));

interface Loaded {
  readonly libraries: readonly string[];
  readonly sources: readonly string[];
  /** Of `dist/`, which are read whole. */
  readonly files: readonly string[];
  readonly kb: number;
}

/** The libraries and modules whose code a run of nomadctl runs, and the KB of JavaScript that these are. */
async function loadedBy(...argv: string[]): Promise<Loaded> {
  const home = await tempHome();
  const folder = join(home, 'coverage');
  // The build makes a function of each chunk, with its name; V8 counts the calls.
  const counting = { NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
  const env = { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: home, ...counting };
  await run(process.execPath, [join(place, 'bin/nomadctl.js'), ...argv], { env });
  const scripts = (await readdir(folder)).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage);
  const ours = scripts.flatMap(({ result }) => result).filter(({ url }) => url.includes('/dist/'));
  const modules = ours.flatMap(({ url, functions }) => {
    const called = functions.filter(({ functionName, ranges }) => functionName.startsWith('#') && (ranges[0]?.count ?? 0) > 0);
    return called.flatMap(({ functionName }) => Object.entries(chunks[`${basename(url)}${functionName}`]?.inputs ?? {}));
  });
  const libraries = modules.flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return {
    libraries: [...new Set(libraries)].sort(),
    sources: modules.map(([path]) => path).filter((path) => path.startsWith('src/')),
    files: ours.map(({ url }) => basename(url).replace(/-[0-9a-f]{8}\.cjs$/, '.cjs')).sort(),
    kb: modules.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / 1024,
  };
}

/** Modules of Node's own that a run loads besides those of an empty script. */
async function builtInsOf(...argv: string[]): Promise<string[]> {
  const home = await tempHome();
  const list = join(home, 'list.cjs');
  await writeFile(
    list,
    `const before = new Set(process.moduleLoadList);
     process.on('exit', () => require('node:fs').writeSync(2, process.moduleLoadList.filter((name) => !before.has(name)).join('\\n')));`,
  );
  const env = { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' };
  const { stderr } = await run(process.execPath, ['--require', list, join(place, 'bin/nomadctl.js'), ...argv], { env });
  return stderr.split('\n').flatMap((line) => /^NativeModule (?!internal\/)(.+)$/.exec(line)?.[1] ?? []);
}

describe('what a run loads', () => {
  it('is nothing but a number for --version', async () => {
    expect((await loadedBy('--version')).kb).toBeLessThan(5);
  });

  it('is the command line for --help', async () => {
    const { libraries, kb } = await loadedBy('--help');
    expect(libraries).toEqual(['commander', 'env-paths', 'is-safe-filename']);
    expect(kb).toBeLessThan(120);
  });

  it('is no library of the command line for a completed verb', async () => {
    const { libraries, kb } = await loadedBy('__complete', '');
    expect(libraries).not.toContain('commander');
    expect(kb).toBeLessThan(40);
  });

  // Each costs 20-90 ms at every start: undici and openpgp are for downloads, execa for running programs, inquirer and listr2
  // for terminals, handlebars for rendering.
  it.each([
    [['config', 'path'], 115, ['zod', 'yaml', 'semver', 'execa']],
    [['config', 'get', 'clients'], 188, ['zod', 'yaml', 'semver', 'execa']],
    [['config', 'show'], 191, ['zod', 'yaml', 'semver', 'execa']],
    [['list'], 198, ['zod', 'yaml', 'semver', 'execa']],
    [['status'], 223, ['zod', 'yaml', 'semver', 'execa']],
    [['history'], 192, ['zod', 'yaml', 'semver', 'execa']],
    [['up', '--plan'], 600, ['zod', 'yaml']],
    [['tools', 'list'], 412, ['zod', 'yaml']],
    [['job', 'list'], 203, ['zod', 'yaml', 'semver', 'execa']],
    [['job', 'show', 'redis'], 201, ['zod', 'yaml', 'semver', 'execa']],
    [['completion', 'bash'], 110, ['zod', 'yaml', 'semver', 'execa']],
    [['__complete', 'up', '--'], 144, ['commander', 'zod', 'yaml', 'semver', 'execa']],
  ])('is no heavy library for %j, and less than %i KB', async (argv, most, more) => {
    const { libraries, kb } = await loadedBy(...argv);
    expect(kb).toBeLessThan(most);
    for (const heavy of ['undici', 'openpgp', '@inquirer/core', 'listr2', 'handlebars', 'yauzl', ...more])
      expect(libraries).not.toContain(heavy);
  });

  // Node takes 1 to 4 ms to load most of its own modules, and a file of ours is read whole.
  it.each([
    [['config', 'get', 'clients']],
    [['config', 'show']],
    [['list']],
    [['status']],
    [['history']],
    [['job', 'list']],
    [['job', 'show', 'redis']],
    [['completion', 'bash']],
    [['__complete', '']],
  ])('is one file, and no socket, stream, terminal or hash for %j', async (argv) => {
    expect((await loadedBy(...argv)).files).toEqual(['main.cjs']);
    expect((await builtInsOf(...argv)).filter((name) => !['os', 'process', 'vm'].includes(name))).toEqual([]);
  });

  it('leaves execa out where no program runs', async () => {
    for (const argv of [['list'], ['up', '--help'], ['job', 'deploy', '--help']])
      expect((await loadedBy(...argv)).libraries).not.toContain('execa');
  });

  it('is nothing that speaks to UCloud for a cluster on this computer', async () => {
    for (const argv of [
      ['init', 'here', '--yes'],
      ['up', '--plan'],
      ['config', 'show'],
    ]) {
      const { sources } = await loadedBy(...argv);
      expect(
        sources.filter((path) => /^src\/(clients\/ucloud|targets\/ucloud\/interview|terraform|ucloud\/(terraform|images))\//.test(path)),
      ).toEqual([]);
    }
  });
});
