'use strict';

const { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Folders of other versions of nomadctl or Node that nobody wrote to for so long go. */
const UNUSED_MS = 30 * 24 * 3600 * 1000;
/** A draft is written within a moment: one that is older is of a run that was killed. */
const DRAFT_MS = 60 * 1000;

/** Writes what was compiled for the next run. A cache that cannot be written is no failure of the command. */
function keepCompiled(compiled) {
  try {
    for (const { script, place, cache } of compiled) {
      const isNew = mkdirSync(place, { recursive: true, mode: 0o700 }) !== undefined;
      writeWhole(cache, script.createCachedData());
      forget(place, (name) => /\.\d+$/.test(name), DRAFT_MS);
      if (isNew) forget(dirname(place), (name) => join(dirname(place), name) !== place, UNUSED_MS);
    }
  } catch {
    // Full, read-only, or somebody else's.
  }
}

/** Nobody reads half of it, also when this process is killed, or the power goes, at any moment. */
function writeWhole(path, bytes) {
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function forget(folder, isMeant, olderThanMs) {
  for (const name of readdirSync(folder).filter(isMeant)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > olderThanMs) rmSync(path, { recursive: true, force: true });
  }
}

module.exports = { keepCompiled };
