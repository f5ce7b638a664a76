'use strict';

const { fstatSync, closeSync, openSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

/** Commands whose second word is a command, too: what they load differs by it. test/unit/cli/program.test.ts holds the list. */
const GROUPS = [
  'access',
  'bootstrap',
  'config',
  'controller',
  'discovery',
  'docker',
  'images',
  'job',
  'mirror',
  'network',
  'proxy',
  'state',
  'tenant',
  'tools',
];
const PLAIN_WORD = /^[a-z_][a-z-]{1,20}$/;

/**
 * Loads the files of `dist/`, each once, from V8's code cache: compiling them takes as long as Node's own start. Node does
 * that by itself from 22.1 on only. What a command compiled is kept when it ends well, a file a command, in the folder of
 * caches; without one, or where it is somebody else's, everything is compiled each time.
 * @returns what loads a chunk, and gives what it exports: `main.cjs#main`.
 */
function openProgram(dist, words) {
  const folder = cacheFolder(process.env);
  const command = commandOf(words);
  const files = new Map();
  const modules = new Map();
  const compiled = [];

  const open = (name) => {
    const file = join(dist, name);
    // The build writes ASCII alone, which needs no decoding.
    const source = readFileSync(file, 'latin1');
    const place = folder && join(folder, `${process.version}-${process.arch}-${source.slice(2, 18)}`);
    const cache = place && join(place, command);
    const cachedData = cache && readOwn(cache);
    const script = new Script(source, { filename: file, cachedData });
    if (cache && (!cachedData || script.cachedDataRejected)) compiled.push({ script, place, cache });
    const chunks = script.runInThisContext();
    files.set(name, chunks);
    return chunks;
  };
  const load = (id) => {
    const known = modules.get(id);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(id, module);
    const at = id.indexOf('#');
    const name = id.slice(0, at);
    (files.get(name) ?? open(name))[id.slice(at)](module.exports, requireIn, module);
    return module.exports;
  };
  const requireIn = requireFor(load);

  process.once('exit', (code) => {
    if (code === 0 && compiled.length > 0) require('./keep-compiled.js').keepCompiled(compiled);
  });
  return { load };
}

/** What `require` means in a file of `dist/`: a chunk or a module of Node's own; with `lazy:` before it, once it is used. */
function requireFor(load) {
  return (id) => {
    const get = (name) => (name.startsWith('./') ? load(name.slice(2)) : require(name));
    return id.startsWith('lazy:') ? whenUsed(() => get(id.slice('lazy:'.length))) : get(id);
  };
}

/** Stands for what `get` returns until something of it is asked for. Node's modules take up to 5 ms each to load. */
function whenUsed(get) {
  let real;
  return new Proxy(
    {},
    {
      get: (_, name) => (real ??= get())[name],
      has: (_, name) => name in (real ??= get()),
    },
  );
}

function commandOf([first = '', second = '']) {
  if (!PLAIN_WORD.test(first)) return 'other';
  return GROUPS.includes(first) && PLAIN_WORD.test(second) ? `${first}-${second}` : first;
}

/** Node's own variables for its own cache count: NODE_COMPILE_CACHE names a folder, NODE_DISABLE_COMPILE_CACHE is a no. */
function cacheFolder(env) {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  if (env.NODE_COMPILE_CACHE) return join(env.NODE_COMPILE_CACHE, 'nomadctl');
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'nomadctl', 'code');
  if (!env.HOME) return undefined;
  return join(env.HOME, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'nomadctl', 'code');
}

/** As a disk that lost its power leaves a file. V8 looks at its size and its beginning alone, and would run into the rest. */
const LOST = Buffer.alloc(512);

/** A file that nobody else can have written, whole: what is in it is run. */
function readOwn(path) {
  let file;
  try {
    file = openSync(path, 'r');
    const { uid, mode } = fstatSync(file);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return undefined;
    const bytes = readFileSync(file);
    return bytes.includes(LOST) ? undefined : bytes;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

module.exports = { openProgram, GROUPS };
