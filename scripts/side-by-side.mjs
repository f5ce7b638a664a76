// Runs npm scripts of this package beside each other: node scripts/side-by-side.mjs SCRIPT...
// Each prints as it goes, its name before its lines. Ends with 1 when one of them fails, after all have ended.
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { runChild } from './run-child.mjs';

/** Ours, as far as a pipe knows them. */
const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };

const codes = await Promise.all(process.argv.slice(2).map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

async function run(name) {
  const startedAt = Date.now();
  const output = new PassThrough();
  createInterface({ input: output }).on('line', (line) => console.log(`${name}: ${line}`));
  const code = await runChild('npm', ['run', '--silent', name], { env, stdio: ['ignore', 'pipe', 'pipe'], output });
  console.log(`${name}: ${code === 0 ? 'passed' : `failed, exit code ${code}`} after ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return code;
}
