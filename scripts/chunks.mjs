// Cuts our own code into chunks, as esbuild finds which commands need which modules, and puts them into the files of dist/. A
// chunk becomes a function, so that V8 neither compiles nor keeps anything of one that does not run.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { build as bundle, transform } from 'esbuild';

/** Commands that only look, and what they load on their way: all that is in the file that every run reads. */
const READING = new RegExp(
  `^src/(${[
    'main',
    'cli/(start|start-completion)',
    'ui/errors',
    'commands/(completion|env|history|list|status)',
    'commands/config/(index|get|path|show)',
    'commands/job/(index|list|show)',
    'commands/tools/(index|list)',
    'jobs/report/(deployed-jobs|failing-services|locate-job)',
    'targets/report-inside',
    'targets/local/(connection|report)',
    'targets/ucloud/(connection|living-first|report)',
  ].join('|')})\\.ts$`,
);

/** The other files, first come first served; the last takes all. */
const OTHERS = [
  ['emulator.cjs', /^packages\/ucloud-emulator\//],
  ['ucloud.cjs', /^src\/(clients\/ucloud|steps\/ucloud|targets\/ucloud|terraform|ucloud)\//],
  ['changes.cjs', /./],
];

/**
 * @param options of esbuild, for one entry
 * @returns {Promise<{ chunks: { place: string, code: string }[], inputs: object, outputs: object }>} `code`: of a function of
 *   exports, require and module; `inputs` and `outputs` as in esbuild's metafile, the outputs by place
 */
export async function buildChunks({ minifyIdentifiers, ...options }) {
  const { outputFiles, metafile } = await bundle({ ...options, format: 'esm', splitting: true, outExtension: {} });
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const places = placesOf(outputs);
  const { minifySyntax, minifyWhitespace, legalComments, platform, target } = options;
  const same = { minifyIdentifiers, minifySyntax, minifyWhitespace, legalComments, platform, target };
  const codes = await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const name = basename(path);
      // By the suffix esbuild knows that default imports are those of ES modules.
      const { code } = await transform(linked(text, places), { ...same, format: 'cjs', sourcefile: `${name}.mjs` });
      return [name, code.replace(WITH_DEFAULT, '({__proto__:$1,default:$1})')];
    }),
  );
  const build = createHash('sha256')
    .update(codes.map(([, code]) => code).join())
    .digest('hex')
    .slice(0, 8);
  const named = (text) => OTHERS.reduce((whole, [file]) => whole.replaceAll(`"./${file}#`, `"./${ofBuild(file, build)}#`), text);
  const placeOf = (name) => {
    const [file, chunk] = places.get(name).split('#');
    return `${ofBuild(file, build)}#${chunk}`;
  };
  return {
    chunks: codes.map(([name, code]) => ({ place: placeOf(name), code: named(code) })),
    inputs: metafile.inputs,
    outputs: Object.fromEntries([...outputs].map(([name, output]) => [placeOf(name), output])),
  };
}

/** Files of one build belong together, and a nomadctl that runs while another is put in its place must not mix them. */
function ofBuild(name, build) {
  return name === 'main.cjs' ? name : name.replace('.cjs', `-${build}.cjs`);
}

/** Where each output of esbuild goes: `main.cjs#start`. Names of its own have a hash in them, which would make every build differ. */
function placesOf(outputs) {
  const reading = reachedFrom(
    [...outputs.keys()].filter((name) => READING.test(outputs.get(name).entryPoint ?? '')),
    outputs,
  );
  const fileOf = (name) => {
    const paths = Object.keys(outputs.get(name).inputs);
    return reading.has(name) ? 'main.cjs' : OTHERS.find(([, pattern]) => paths.every((path) => pattern.test(path)))[0];
  };
  const main = [...outputs.keys()].find((name) => outputs.get(name).entryPoint === 'src/main.ts');
  return new Map([...outputs.keys()].map((name, index) => [name, `${fileOf(name)}#${name === main ? 'main' : index.toString(36)}`]));
}

/** Chunks that load with these, at once. */
function reachedFrom(names, outputs) {
  const reached = new Set();
  const visit = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const { path, kind, external } of outputs.get(name).imports) if (kind === 'import-statement' && !external) visit(basename(path));
  };
  names.forEach(visit);
  return reached;
}

/** A module of Node's own of which the default is wanted: esbuild copies all of it for that, hundreds of properties at every start. */
const WITH_DEFAULT = /[\w$]+\((require\("node:[a-z/]+"\)),1\)/g;

/** As esbuild writes them: imports of chunks before everything else, what is exported at the end. */
const IMPORTS = /^(?:import(?:\{[^}]*\}from)?"\.\/[\w-]+\.js";)+/;
const IMPORT = /import(?:\{([^}]*)\}from)?"\.\/([\w-]+\.js)";/g;
const EXPORTS = /export\{([^}]*)\};\n?$/;
const LATER = /\bimport\("\.\/([\w-]+\.js)"\)/g;

/**
 * The text of a chunk, with `require` for other chunks. What these export can be taken apart at once: chunks have no cycles, and
 * we export no variable that changes.
 */
function linked(text, places) {
  const required = (chunk) => `require("./${places.get(chunk)}")`;
  const taken = (_, names, chunk) => (names === undefined ? `${required(chunk)};` : `const{${renamed(names)}}=${required(chunk)};`);
  return text
    .replace(IMPORTS, (imports) => imports.replace(IMPORT, taken))
    .replace(EXPORTS, (_, names) => `Object.assign(exports,{${renamed(names, ([inside, outside]) => [outside, inside])}});`)
    .replace(LATER, (_, chunk) => `Promise.resolve().then(()=>${required(chunk)})`);
}

/** `a,b as c` -> `a:a,b:c`. */
function renamed(names, turned = (pair) => pair) {
  const pairs = names.split(',').map((name) => name.trim().split(' as '));
  return pairs.map(([name, other = name]) => turned([name, other]).join(':')).join(',');
}
