import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { helpExamples } from '../helpers/help-examples.js';
import { openLab } from '../helpers/lab.js';
import { keepHints } from '../helpers/printed-hints.js';
import { requireTool } from '../helpers/require-tool.js';

const BIN = fileURLToPath(new URL('../../bin/nomadctl.js', import.meta.url));
const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

/**
 * In the order of a first day. Left out is what costs minutes or asks a cloud, runs for good, needs a terminal, or a job in a
 * state of its own: those are read by the parser (test/unit/hints/help-examples.test.ts).
 */
const RUN: readonly (readonly [line: string, ...codes: number[]])[] = [
  ['nomadctl up'],
  ['nomadctl use dev'],
  ['nomadctl list'],
  ['nomadctl list --json'],
  ['nomadctl status'],
  ['nomadctl status --json'],
  ['nomadctl history'],
  ['eval "$(nomadctl env)"'],
  ['nomadctl env --json'],
  ['nomadctl exec nomad node status'],
  ['nomadctl exec client-1 consul members'],
  ['nomadctl ui nomad'],
  ['nomadctl dns'],
  ['nomadctl dns --json'],
  ['nomadctl dns --enable --plan'],
  ['nomadctl dns --disable --plan'],
  ['nomadctl exec --names getent hosts consul.service.consul'],
  ['nomadctl config path'],
  ['"${EDITOR:-vi}" "$(nomadctl config path)"'],
  ['nomadctl config show'],
  ['nomadctl config show dev --json'],
  ['nomadctl config get clients'],
  ['nomadctl config get versions.consul --cluster dev'],
  ['nomadctl config explain clients'],
  ['nomadctl config explain versions.nomad --json'],
  ['nomadctl config set drivers raw_exec,exec --cluster dev --plan'],
  ['nomadctl doctor', 0, 3],
  ['nomadctl tools list'],
  ['nomadctl tools list --json'],
  ['nomadctl tools path nomad'],
  ['nomadctl tools clean --plan'],
  ['source <(nomadctl completion bash)'],
  ['nomadctl job list'],
  ['nomadctl job list --json'],
  ['nomadctl job show redis'],
  ['nomadctl job render redis'],
  ['nomadctl job render redis --driver docker > redis.nomad.hcl'],
  ['nomadctl job new web'],
  ['nomadctl job new web shop --own'],
  ['nomadctl job new periodic nightly-report'],
  ['nomadctl job plan ./web.nomad.hcl --exit-code', 10],
  ['nomadctl job deploy ./web.nomad.hcl --var count=3'],
  ['nomadctl init staging --servers 3 --clients 3 --yes'],
  ['nomadctl up staging --plan'],
  ['nomadctl history staging --json'],
  ['nomadctl down --plan'],
  ['nomadctl down'],
];

test.skipIf(!ready)(
  `${RUN.length} examples of help do what they say, on a cluster of their own`,
  async () => {
    const known = new Set((await helpExamples()).map(([, line]) => line));
    expect(RUN.map(([line]) => line).filter((line) => !known.has(line))).toEqual([]);
    const lab = openLab();
    onTestFinished(() => lab.end());
    const bin = join(lab.home, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'nomadctl'), `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`);
    chmodSync(join(bin, 'nomadctl'), 0o755);
    const wrong: string[] = [];
    for (const [line, ...codes] of RUN) {
      const { code, said } = await run(line, { bin, lab });
      if (!(codes.length === 0 ? [0] : codes).includes(code)) wrong.push(`${line}: ended with ${code}\n${said}`);
    }
    expect(wrong).toEqual([]);
  },
  300_000,
);

function run(line: string, { bin, lab }: { bin: string; lab: ReturnType<typeof openLab> }): Promise<{ code: number; said: string }> {
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, LANG: 'C.UTF-8', EDITOR: 'true', HOME: lab.home, NOMADCTL_HOME: lab.home };
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', line], { cwd: bin, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      keepHints({ argv: [], stdout, stderr });
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 255, said: `${stdout}\n${stderr}` });
    });
    child.stdin?.end();
  });
}
