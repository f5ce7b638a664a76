// Bundles src/ and packages/ into dist/: one file of our own code, whose modules run when they are first needed, and one for
// each larger library. An installed nomadctl has nothing to resolve at start-up, and bin/open-program.js loads the files from
// V8's code cache, which ES modules cannot have on Node 20. The licences of what is bundled go into dist/licenses.txt.
//   node scripts/build.mjs [--if-stale] [--out <folder>] [--metafile <file>] [--names]
// With --names, functions keep theirs: for profiles, and for tests that ask which modules a run needs.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({
  options: { 'if-stale': { type: 'boolean' }, out: { type: 'string' }, metafile: { type: 'string' }, names: { type: 'boolean' } },
});
const dist = resolve(flags.out ?? join(root, 'dist'));

/** Libraries that only some commands need, each in a file of its own. */
const APART = ['@inquirer/prompts', '@peculiar/x509', 'execa', 'handlebars', 'listr2', 'openpgp', 'semver', 'undici', 'yaml', 'yauzl'];
const fileOf = (library) => `lib-${library.replace('@', '').replace('/', '-')}.cjs`;

/** Modules of Node's own that are no part of its snapshot: each is loaded when something of it is first used. */
const LAZY = /^node:(child_process|crypto|dns|http|https|net|readline|stream.*|string_decoder|tls|v8|zlib)$/;

const shared = {
  absWorkingDir: root,
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  write: false,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  // A tenth less to read at every start.
  minifyIdentifiers: flags.names !== true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** Leaves larger libraries to their own files, and marks what is loaded when something of it is first used. */
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (APART.includes(path)) return { path: `lazy:./${fileOf(path)}`, external: true };
      // Of libraries that are not apart, commander names a module of Node's that it rarely uses.
      const isLazy = LAZY.test(path) && (!importer.includes('node_modules') || importer.includes('/commander/'));
      return isLazy ? { path: `lazy:${path}`, external: true } : undefined;
    });
  },
};

if (!flags['if-stale'] || isStale()) {
  await bundle();
  process.stderr.write(`built ${relative(process.cwd(), dist)}/\n`);
} else {
  process.stderr.write(`${relative(process.cwd(), dist)}/ is as src/ says\n`);
}

function isStale() {
  if (!['licenses.txt', 'main.cjs'].every((file) => existsSync(join(dist, file)))) return true;
  const built = statSync(join(dist, 'main.cjs')).mtimeMs;
  const folders = ['src', 'packages/base/src', 'packages/ucloud-emulator/src'];
  const sources = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)));
  return [...sources, ...folders, 'package.json', 'package-lock.json', 'scripts/build.mjs'].some(
    (path) => statSync(join(root, path)).mtimeMs > built,
  );
}

async function bundle() {
  const { build } = await import('esbuild');
  const built = await Promise.all([
    build({ ...shared, entryPoints: { main: 'src/main.ts' }, plugins: [apart] }),
    ...APART.map((library) => build({ ...shared, entryPoints: { [fileOf(library).replace('.cjs', '')]: library } })),
  ]);
  const metafile = {
    inputs: Object.assign({}, ...built.map(({ metafile: { inputs } }) => inputs)),
    outputs: Object.assign({}, ...built.map(({ metafile: { outputs } }) => outputs)),
  };
  refuseLazyLibraries(metafile);
  if (flags.metafile) writeFileSync(flags.metafile, JSON.stringify(metafile));
  // The entry comes last and old files go after it, so that a nomadctl started meanwhile finds one whole build or the other.
  const files = new Map(built.flatMap(({ outputFiles }) => outputFiles.map(({ path, text }) => [path, signed(text)])));
  files.set(join(dist, 'licenses.txt'), licencesOf(metafile));
  const entry = join(dist, 'main.cjs');
  mkdirSync(dist, { recursive: true });
  for (const path of [...files.keys()].filter((path) => path !== entry)) replace(path, files.get(path));
  replace(entry, files.get(entry));
  for (const name of readdirSync(dist)) if (!files.has(join(dist, name))) rmSync(join(dist, name), { recursive: true, force: true });
}

/** A function of what modules are given. The first line is a hash, by which bin/open-program.js tells whether what it has compiled is of this file. */
function signed(text) {
  return `//${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n(function(exports,require,module){${text}\n})`;
}

/** A CommonJS library imported with import() loses its named exports in a bundle. What loads lazily is a file of ours that imports it. */
function refuseLazyLibraries({ inputs }) {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const library = imports.find(({ path, kind }) => kind === 'dynamic-import' && /^node_modules\/|\.\/lib-/.test(path));
    if (library && !file.startsWith('node_modules/'))
      throw new Error(`${file} imports ${library.path} with import(): import the file that needs it instead`);
  }
}

function replace(path, contents) {
  if (existsSync(path) && !path.endsWith('main.cjs') && readFileSync(path).equals(Buffer.from(contents))) return;
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

function licencesOf(metafile) {
  const packages = Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(packages.filter((name) => name !== undefined))].sort().map(licenceOf).join('\n\n');
}

function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${typeof license === 'string' ? license : 'see text'})\n\n${file ? readFileSync(join(folder, file), 'utf8') : ''}`;
}
