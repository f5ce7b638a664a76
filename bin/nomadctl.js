#!/usr/bin/env node
import nodeModule from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`nomadctl needs Node 20.19 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 3;
} else {
  nodeModule.enableCompileCache?.();
  await import('../dist/main.js');
}
