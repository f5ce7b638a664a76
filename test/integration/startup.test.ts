import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempHome } from '../helpers/temp-home.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}

let place: string;
/** Chunk -> what esbuild put into it. */
let chunks: Map<string, Metafile['outputs'][string]>;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'nomadctl-startup-'));
  const metafile = join(place, 'meta.json');
  await run(process.execPath, [join(root, 'scripts/build.mjs'), '--out', join(place, 'dist'), '--metafile', metafile]);
  for (const name of ['bin', 'templates', 'toolchain', 'package.json']) await cp(join(root, name), join(place, name), { recursive: true });
  const { outputs } = JSON.parse(await readFile(metafile, 'utf8')) as Metafile;
  chunks = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  await writeFile(
    join(place, 'hooks.mjs'),
    `import { appendFileSync } from 'node:fs';
     export const load = (url, context, next) => (appendFileSync(process.env.LOADED_FILE, url + '\\n'), next(url, context));`,
  );
  await writeFile(
    join(place, 'trace.mjs'),
    `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(join(place, 'hooks.mjs')))});`,
  );
});

afterAll(() => rm(place, { recursive: true, force: true }));

/** The libraries whose code a run of nomadctl reads, and the KB of JavaScript that it reads altogether. */
async function loadedBy(...argv: string[]): Promise<{ libraries: string[]; sources: string[]; kb: number }> {
  const home = await tempHome();
  const file = join(home, 'loaded');
  const env = { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: home, LOADED_FILE: file };
  await run(process.execPath, ['--import', join(place, 'trace.mjs'), join(place, 'bin/nomadctl.js'), ...argv], { env });
  const urls = (await readFile(file, 'utf8')).split('\n').filter((url) => url.includes('/dist/'));
  const inputs = urls.flatMap((url) => Object.entries(chunks.get(basename(url))?.inputs ?? {}));
  const libraries = inputs.flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const sources = inputs.map(([path]) => path).filter((path) => path.startsWith('src/'));
  return {
    libraries: [...new Set(libraries)].sort(),
    sources,
    kb: inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / 1024,
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
    [
      ['config', 'path'],
      ['zod', 'yaml'],
    ],
    [['list'], []],
    [['up', '--plan'], []],
    [['status'], []],
    [['tools', 'list'], []],
    [['job', 'list'], []],
    [['__complete', 'up', '--'], ['commander']],
  ])('is no heavy library for %j', async (argv, more) => {
    const { libraries, kb } = await loadedBy(...argv);
    // `import { z } from 'zod'` would bring all of its languages along, 430 KB for every command.
    expect(kb).toBeLessThan(800);
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
