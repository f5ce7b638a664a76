import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const cli = join(root, 'bin', 'nomadctl.js');

/**
 * What the rows of a bench share: a home of its own, the programs, and what must be undone at the end whatever happens.
 * Nothing of the user's own home is read or written.
 */
export async function openBench() {
  const home = mkdtempSync(join(tmpdir(), 'nomadctl-bench-'));
  const consul = await toolPath('consul');
  const nomad = await toolPath('nomad');
  const ofJobs = await Promise.all(['fabio', 'consul-template'].map(toolPath));
  const path = [...new Set([consul, nomad, ...ofJobs].filter(Boolean).map((file) => dirname(file)))]
    .concat(process.env.PATH)
    .join(delimiter);
  const env = { PATH: path, HOME: home, NOMADCTL_HOME: home, NO_COLOR: '1', LANG: 'C.UTF-8', CHECKPOINT_DISABLE: '1' };
  const undo = [];
  const bench = {
    home,
    consul,
    nomad,
    env,
    undo,
    nomadctl: (...argv) => run(process.execPath, [cli, ...argv], { env }),
    async close() {
      for (const step of undo.reverse()) await step().catch((error) => process.stderr.write(`${error.message}\n`));
      rmSync(home, { recursive: true, force: true });
    },
  };
  return bench;
}

/** Runs a program to its end. Resolves to its wall time in ms and what it printed; rejects when it fails. */
export function run(file, argv, { env, cwd, stdin = 'ignore' } = {}) {
  return new Promise((resolve, reject) => {
    const startedAt = process.hrtime.bigint();
    const child = spawn(file, argv, { env, cwd, stdio: [stdin, 'pipe', 'pipe'], detached: true });
    const chunks = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => chunks[name].push(chunk));
    let ms;
    child.on('error', reject);
    child.on('exit', () => (ms = Number(process.hrtime.bigint() - startedAt) / 1e6));
    child.on('close', (code, signal) => {
      const stdout = Buffer.concat(chunks.stdout).toString();
      const stderr = Buffer.concat(chunks.stderr).toString();
      if (code === 0) resolve({ ms, stdout, stderr });
      else reject(new Error(`${[file, ...argv].join(' ')} ended with ${code ?? signal}\n${stdout}${stderr}`));
    });
  });
}

/** Runs the contenders in turn, `runs` times over, the first of one round being the last of the next. Returns the times of each. */
export async function alternate(contenders, { runs, stopped }) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < runs && !stopped(); round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      if (stopped()) break;
      times[name].push(await contenders[name](round));
    }
  }
  return times;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Largest resident size of a nomadctl run, in MB. A probe in the process tells it as it ends. */
export async function residentMb(bench, argv) {
  const file = join(bench.home, 'rss');
  const probe = new URL('rss-probe.mjs', import.meta.url).href;
  await run(process.execPath, ['--import', probe, ...argv], { env: { ...bench.env, BENCH_RSS_FILE: file } });
  return Number(readFileSync(file, 'utf8')) / 1024;
}

async function toolPath(name) {
  const found = await run(process.execPath, [cli, 'tools', 'path', name], { env: process.env }).catch(() => undefined);
  return found?.stdout.trim();
}
