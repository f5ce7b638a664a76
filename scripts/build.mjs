// Bundles src/ and packages/ into dist/: files of our own code, whose chunks run when they are first needed, and one for each
// larger library. An installed nomadctl has nothing to resolve at start-up, and bin/open-program.js loads the files from
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

/** Libraries that only some commands need, by where they go: as a rule a file of their own, which holds nothing else. */
const APART = new Map([
  ...['@inquirer/prompts', '@peculiar/x509', 'execa', 'handlebars', 'listr2', 'openpgp', 'undici', 'yauzl'].map((library) => [
    library,
    `${fileOf(library)}#`,
  ]),
  // Nearly every command reads YAML, and a file more takes longer than more in the file.
  ['yaml', 'main.cjs#yaml'],
]);
/** Where a library has its ES modules, which load faster than those for Node. */
const AS_MODULES = { yaml: 'node_modules/yaml/browser/dist/index.js' };

/** Modules of Node's own that are no part of its snapshot: each is loaded when something of it is first used. */
const LAZY =
  /^node:(child_process|crypto|dns|fs\/promises|http|https|net|os|readline|stream.*|string_decoder|timers\/promises|tls|tty|v8|zlib)$/;

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
      if (APART.has(path)) return { path: `lazy:./${APART.get(path)}`, external: true };
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
  return [...sources, ...folders, 'package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/chunks.mjs'].some(
    (path) => statSync(join(root, path)).mtimeMs > built,
  );
}

async function bundle() {
  const { buildChunks } = await import('./chunks.mjs');
  const [ours, ...libraries] = await Promise.all([
    buildChunks({ ...shared, entryPoints: { main: 'src/main.ts' }, plugins: [apart] }),
    ...[...APART.keys()].map(buildLibrary),
  ]);
  const parts = [ours, ...libraries];
  const metafile = {
    inputs: Object.assign({}, ...parts.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...parts.map(({ outputs }) => outputs)),
  };
  refuseLazyLibraries(metafile);
  if (flags.metafile) writeFileSync(flags.metafile, JSON.stringify(metafile));
  const files = new Map([...filesOf(parts.flatMap(({ chunks }) => chunks)), [join(dist, 'licenses.txt'), licencesOf(metafile)]]);
  // The entry comes last and old files go after it, so that a nomadctl started meanwhile finds one whole build or the other.
  const entry = join(dist, 'main.cjs');
  mkdirSync(dist, { recursive: true });
  for (const path of [...files.keys()].filter((path) => path !== entry)) replace(path, files.get(path));
  replace(entry, files.get(entry));
  for (const name of readdirSync(dist)) if (!files.has(join(dist, name))) rmSync(join(dist, name), { recursive: true, force: true });
}

async function buildLibrary(library) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({ ...shared, entryPoints: { library: AS_MODULES[library] ?? library } });
  const place = APART.get(library);
  return {
    chunks: [{ place, code: outputFiles[0].text }],
    inputs: metafile.inputs,
    outputs: { [place]: Object.values(metafile.outputs)[0] },
  };
}

/** Each is an object of functions, by the names of their chunks. */
function filesOf(chunks) {
  const functions = new Map();
  for (const { place, code } of chunks) {
    const [file, name] = place.split(/(?=#)/);
    functions.set(file, [...(functions.get(file) ?? []), `${JSON.stringify(name)}(exports,require,module){${code}\n}`]);
  }
  return [...functions].map(([file, all]) => [join(dist, file), signed(ascii(join(dist, file), `({${all.join(',\n')}})`))]);
}

/** The first line is a hash, by which bin/open-program.js tells whether what it has compiled is of this file. */
function signed(text) {
  return `//${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`;
}

/**
 * bin/open-program.js reads these files as Latin-1, which costs no decoding. esbuild writes other signs of strings as escapes, but not
 * those of regular expressions and tagged templates, which would be others when they run.
 */
function ascii(path, text) {
  const [found] = /.{0,60}[^\x00-\x7f].{0,20}/.exec(text) ?? [];
  if (found) throw new Error(`${relative(root, path)} has signs beyond ASCII; write them as \\u escapes: ${found}`);
  return text;
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

function fileOf(library) {
  return `lib-${library.replace('@', '').replace('/', '-')}.cjs`;
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
