#!/usr/bin/env node
'use strict';

// CommonJS, as bin/package.json says: a version then costs what Node itself costs, without the loader of ES modules.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const words = process.argv.slice(2);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`nomadctl needs Node 20.19 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 3;
} else if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  // A reader who left is no failure; a full disk under `> file` is.
  process.stdout.on('error', ({ code }) => void (process.exitCode = code === 'EPIPE' ? 0 : 1));
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  const { join } = require('node:path');
  const { pathToFileURL } = require('node:url');
  const { openProgram } = require('./open-program.js');
  const root = join(__dirname, '..');
  void openProgram(join(root, 'dist'), words)
    .load('main.cjs#main')
    .main(words, pathToFileURL(`${root}/`));
}
