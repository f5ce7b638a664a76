'use strict';

const { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Folders of other versions of nomadctl or Node that nobody wrote to for so long go. */
const UNUSED_MS = 30 * 24 * 3600 * 1000;

/** Writes what was compiled for the next run. A cache that cannot be written is no failure of the command. */
function keepCompiled(compiled) {
  try {
    for (const { script, place, cache } of compiled) {
      const isNew = mkdirSync(place, { recursive: true, mode: 0o700 }) !== undefined;
      const draft = `${cache}.${process.pid}`;
      writeFileSync(draft, script.createCachedData(), { mode: 0o600, flag: 'wx' });
      renameSync(draft, cache);
      if (isNew) forgetOthers(place);
    }
  } catch {
    // Full, read-only, or somebody else's.
  }
}

function forgetOthers(place) {
  const folder = dirname(place);
  for (const name of readdirSync(folder)) {
    const other = join(folder, name);
    if (other !== place && Date.now() - statSync(other).mtimeMs > UNUSED_MS) rmSync(other, { recursive: true, force: true });
  }
}

module.exports = { keepCompiled };
