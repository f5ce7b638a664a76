// Bundles src/ and packages/ into dist/: one entry, a chunk per lazily loaded command, every library inside, so that an installed
// nomadctl has nothing to resolve at start-up. The licences of what is bundled go into dist/licenses.txt.
//   node scripts/build.mjs [--if-stale] [--out <folder>] [--metafile <file>]
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({
  options: { 'if-stale': { type: 'boolean' }, out: { type: 'string' }, metafile: { type: 'string' } },
});
const dist = resolve(flags.out ?? join(root, 'dist'));

if (!flags['if-stale'] || isStale()) {
  await bundle();
  process.stderr.write(`built ${relative(process.cwd(), dist)}/\n`);
} else {
  process.stderr.write(`${relative(process.cwd(), dist)}/ is as src/ says\n`);
}

function isStale() {
  if (!existsSync(join(dist, 'licenses.txt'))) return true;
  const built = statSync(join(dist, 'main.js')).mtimeMs;
  const folders = ['src', 'packages/base/src', 'packages/ucloud-emulator/src'];
  const sources = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)));
  return [...sources, ...folders, 'package.json', 'package-lock.json', 'scripts/build.mjs'].some(
    (path) => statSync(join(root, path)).mtimeMs > built,
  );
}

async function bundle() {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts' },
    outdir: dist,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    chunkNames: '[name]-[hash]',
    // CommonJS libraries ask for Node's own modules with require, which an ES module does not have. Making one takes some
    // milliseconds, so it is made when first used.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; let __own; const require = (id) => (__own ??= __createRequire(import.meta.url))(id);",
    },
    logLevel: 'warning',
  });
  refuseLazyLibraries(metafile);
  if (flags.metafile) writeFileSync(flags.metafile, JSON.stringify(metafile));
  // The entry comes last and old chunks go after it, so that a nomadctl started meanwhile finds one whole build or the other.
  const files = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  files.set(join(dist, 'licenses.txt'), licencesOf(metafile));
  const entry = join(dist, 'main.js');
  mkdirSync(dist, { recursive: true });
  for (const path of [...files.keys()].filter((path) => path !== entry)) replace(path, files.get(path));
  replace(entry, files.get(entry));
  for (const name of readdirSync(dist)) if (!files.has(join(dist, name))) rmSync(join(dist, name), { recursive: true, force: true });
}

/** A CommonJS library imported with import() loses its named exports in a bundle. What loads lazily is a file of ours that imports it. */
function refuseLazyLibraries({ inputs }) {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const library = imports.find(({ path, kind }) => kind === 'dynamic-import' && path.startsWith('node_modules/'));
    if (library && !file.startsWith('node_modules/'))
      throw new Error(`${file} imports ${library.path} with import(): import the file that needs it instead`);
  }
}

function replace(path, contents) {
  if (existsSync(path) && !path.endsWith('main.js') && readFileSync(path).equals(Buffer.from(contents))) return;
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
