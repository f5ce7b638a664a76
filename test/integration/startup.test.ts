import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
/** File of `dist/` -> what esbuild put into it. */
let files: Map<string, Metafile['outputs'][string]>;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'nomadctl-startup-'));
  const metafile = join(place, 'meta.json');
  await run(process.execPath, [join(root, 'scripts/build.mjs'), '--names', '--out', join(place, 'dist'), '--metafile', metafile]);
  for (const name of ['bin', 'templates', 'toolchain', 'package.json']) await cp(join(root, name), join(place, name), { recursive: true });
  const { outputs } = JSON.parse(await readFile(metafile, 'utf8')) as Metafile;
  files = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
});

afterAll(() => rm(place, { recursive: true, force: true }));

/** The libraries and modules whose code a run of nomadctl runs, and the KB of JavaScript that these are. */
async function loadedBy(...argv: string[]): Promise<{ libraries: string[]; sources: string[]; kb: number }> {
  const home = await tempHome();
  const folder = join(home, 'coverage');
  // Esbuild makes a function of each module, with its path for a name; V8 counts the calls.
  const counting = { NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
  const env = { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: home, ...counting };
  await run(process.execPath, [join(place, 'bin/nomadctl.js'), ...argv], { env });
  const scripts = (await readdir(folder)).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage);
  const ours = scripts.flatMap(({ result }) => result).filter(({ url }) => url.includes('/dist/'));
  const modules = ours.flatMap(({ url, functions }) => {
    const { inputs = {} } = files.get(basename(url)) ?? {};
    const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).map(({ functionName }) => functionName);
    // A library apart is loaded whole.
    const isApart = basename(url) !== 'main.cjs';
    return Object.entries(inputs).filter(([path]) => isApart || called.includes(path));
  });
  const libraries = modules.flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return {
    libraries: [...new Set(libraries)].sort(),
    sources: modules.map(([path]) => path).filter((path) => path.startsWith('src/')),
    kb: modules.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / 1024,
  };
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
    [['config', 'path'], 120, ['zod', 'yaml', 'semver', 'execa']],
    [['list'], 480, ['zod', 'yaml', 'semver', 'execa']],
    [['status'], 480, ['zod', 'yaml', 'semver', 'execa']],
    [['history'], 480, ['zod', 'yaml', 'semver', 'execa']],
    [['up', '--plan'], 720, ['yaml']],
    [['tools', 'list'], 720, ['yaml']],
    [['job', 'list'], 500, ['yaml', 'semver', 'execa']],
    [['__complete', 'up', '--'], 420, ['commander', 'zod', 'yaml', 'semver', 'execa']],
  ])('is no heavy library for %j, and less than %i KB', async (argv, most, more) => {
    const { libraries, kb } = await loadedBy(...argv);
    expect(kb).toBeLessThan(most);
    for (const heavy of ['undici', 'openpgp', '@inquirer/core', 'listr2', 'handlebars', 'yauzl', ...more])
      expect(libraries).not.toContain(heavy);
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
