import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Lab } from './lab.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Reader = (block: string) => Promise<{ readonly code: number; readonly out: string }>;

/** `interrupted-when CONDITION COMMAND…`: for what has no end. Ctrl-C comes as soon as the condition holds for what was said, in $SAID. */
const interruptedWhen = `#!/bin/bash
condition=$1
shift
export SAID=$(mktemp -p "$HOME")
set -m
"$@" > "$SAID" &
for _ in $(seq 1000); do
  sh -c "$condition" && break
  kill -0 $! 2>/dev/null || break
  sleep 0.1
done
kill -INT $! 2>/dev/null
wait $!
cat "$SAID"
`;

/** A shell with nomadctl on the PATH, that ends at the first line which fails, and prints each line before it runs. */
export function readerIn({ home }: Pick<Lab, 'home'>): Reader {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'nomadctl'), `#!/bin/sh\nexec ${process.execPath} ${join(root, 'bin/nomadctl.js')} "$@"\n`);
  chmodSync(join(bin, 'nomadctl'), 0o755);
  writeFileSync(join(bin, 'interrupted-when'), interruptedWhen);
  chmodSync(join(bin, 'interrupted-when'), 0o755);
  const env = { PATH: [bin, process.env['PATH']].join(delimiter), HOME: home, NOMADCTL_HOME: home, LANG: 'C.UTF-8' };
  return (block) =>
    new Promise((resolve) => {
      const options = { cwd: home, env, maxBuffer: 1e7, timeout: 280_000 };
      const child = execFile('bash', ['--norc', '-evc', block], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 255, out: `${stderr}\n${stdout}` }),
      );
      child.stdin?.end();
    });
}

/** Runs a whole block, and fails with all that it printed. */
export async function runs(reader: Reader, block: string): Promise<string> {
  const { code, out } = await reader(block);
  expect([code, code === 0 ? '' : out]).toEqual([0, '']);
  return out;
}
