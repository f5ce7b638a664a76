import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { deadLinks } from '../helpers/markdown-files.js';
import { tempHome } from '../helpers/temp-home.js';
import { copyTree } from '../helpers/tree-copy.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const nodeLts = join(root, 'test/fixtures/node-lts/node_modules/.bin/node');
const MB = 1024 * 1024;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

let place: string;
let clone: string;
let packed: Packed;
/** The program as `npm install -g` puts it on PATH. */
let program: string;

/** npm with a home of its own: nothing of the user's cache or settings, and no network. */
function npm(argv: readonly string[], cwd: string) {
  const env = { PATH: process.env['PATH'], HOME: join(place, 'home'), npm_config_offline: 'true', npm_config_audit: 'false' };
  return run('npm', argv, { cwd, env, maxBuffer: 16 * MB });
}

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'nomadctl-package-'));
  // As from a fresh clone: no dist/ yet. What others write in this folder meanwhile stays out of it.
  clone = await copyTree(root);
  await mkdir(join(place, 'home'));
  const { stdout } = await npm(['pack', '--json', '--pack-destination', place], clone);
  packed = (JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [Packed])[0];
  await npm(['install', '--global', '--prefix', join(place, 'prefix'), join(place, packed.filename)], place);
  program = join(place, 'prefix', 'bin', 'nomadctl');
});

afterAll(async () => {
  for (const folder of [place, clone]) await rm(folder, { recursive: true, force: true });
});

async function nomadctl(...argv: string[]): Promise<string> {
  const home = await tempHome();
  return (await run(program, argv, { cwd: home, env: { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1' } })).stdout;
}

describe('the package', () => {
  it('holds the program, templates, toolchain and licences, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const folders = new Set(paths.map((path) => path.split('/')[0]));
    expect([...folders].sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'docs',
      'package.json',
      'packages',
      'schemas',
      'templates',
      'toolchain',
    ]);
    expect(paths).toEqual(
      expect.arrayContaining([
        'bin/nomadctl.js',
        'dist/main.cjs',
        'dist/licenses.txt',
        'templates/jobs/redis/job.nomad.hcl.hbs',
        'schemas/cluster.schema.json',
        'schemas/job.schema.json',
        'toolchain/releases.json',
        'toolchain/nomad/go.sum',
      ]),
    );
    expect(paths.filter((path) => /\.(map|ts)$|\.test\.|^test\/|^packages\/(?!ucloud-emulator\/(README\.md$|docs\/))/.test(path))).toEqual(
      [],
    );
  });

  it('has every page that a page in it leads to', () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    const isPacked = (path: string): boolean => paths.has(path) || [...paths].some((other) => other.startsWith(`${path}/`));
    const pages = [...paths].filter((path) => path.endsWith('.md'));
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/guide/local.md', 'templates/jobs/redis/README.md']),
    );
    expect(pages.flatMap((page) => deadLinks(clone, page, isPacked))).toEqual([]);
  });

  it('names its own schema in a cluster file', async () => {
    const home = await tempHome();
    const env = { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: home, NO_COLOR: '1' };
    await run(program, ['init', 'dev', '--yes'], { cwd: home, env });
    const text = await readFile(join(home, 'clusters/dev/cluster.yaml'), 'utf8');
    const schema = fileURLToPath(/\$schema=(\S+)/.exec(text)?.[1] ?? '');
    expect(JSON.parse(await readFile(schema, 'utf8'))).toMatchObject({ title: 'A cluster of nomadctl' });
  });

  it('is small, and needs no other package', () => {
    expect(packed.size).toBeLessThan(5 * MB);
    expect('dependencies' in pkg).toBe(false);
  });

  it('runs where it was installed without a network', async () => {
    expect(await nomadctl('--version')).toBe(`${pkg.version}\n`);
    expect(await nomadctl('--help')).toContain('nomadctl up');
    expect(await nomadctl('job', 'list')).toContain('redis');
    expect(await nomadctl('job', 'render', 'redis')).toContain('job "redis"');
  });

  it('names the licence of every library that it contains', async () => {
    const { stdout } = await run('grep', [
      '-cE',
      '^[@a-z][^ ]* [0-9]+\\.[0-9]+\\.[0-9]+ \\(.*\\)$',
      join(place, 'prefix/lib/node_modules/nomadctl/dist/licenses.txt'),
    ]);
    expect(Number(stdout)).toBeGreaterThan(20);
  });
});

describe.skipIf(!existsSync(nodeLts))('the package on the newest LTS Node (needs test/fixtures/node-lts)', () => {
  /** A fresh home whose compile cache is looked at. */
  async function onLts(home: string, ...argv: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: home, NODE_COMPILE_CACHE: join(home, 'cache'), NO_COLOR: '1' };
    return (await run(nodeLts, [program, ...argv], { cwd: home, env })).stdout;
  }

  it('is another Node than the one that runs the suite', async () => {
    const { stdout } = await run(nodeLts, ['-p', 'process.release.lts']);
    expect(stdout.trim()).toMatch(/^[A-Z][a-z]+$/);
  });

  it('answers --version, --help, config path and up --plan', async () => {
    const home = await tempHome();
    expect(await onLts(home, '--version')).toBe(`${pkg.version}\n`);
    expect(await onLts(home, '--help')).toContain('nomadctl up');
    expect(await onLts(home, 'config', 'path')).toContain(home);
    expect(await onLts(home, 'up', '--plan')).toContain('Nothing was changed');
  });

  it('keeps what Node compiled, and uses it again', async () => {
    const home = await tempHome();
    await onLts(home, '--help');
    const first = await cached(home);
    expect(first.length).toBeGreaterThan(3);
    await onLts(home, '--help');
    expect(await cached(home)).toEqual(first);
  });

  async function cached(home: string): Promise<{ path: string; written: number }[]> {
    const folder = join(home, 'cache');
    const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
    return Promise.all(paths.map(async (path) => ({ path, written: (await stat(path)).mtimeMs })));
  }
});
