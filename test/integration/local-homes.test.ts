import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesUnder } from '../../src/agents/leftovers/leftover-processes.js';
import { openLab, problemsWhenDown, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = [requireTool('consul'), requireTool('nomad')].every((path) => path !== undefined);

const JOB = `job "teller" {
  group "g" {
    task "t" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "echo told; exec sleep 300"]
      }
    }
  }
}
`;

/** A home that is reached through a link, with a cluster in it of which a repository keeps everything. */
function linkedLab(): Lab & { readonly link: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-link-'));
  const link = join(folder, 'home');
  const lab = openLab({ env: { NOMADCTL_HOME: link } });
  symlinkSync(lab.home, link);
  onTestFinished(async () => {
    await lab.end();
    rmSync(folder, { recursive: true });
  });
  return { ...lab, link };
}

function git(folder: string, ...words: string[]): string {
  return execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' });
}

test.skipIf(!ready)('a home behind a link: logs are read, secrets stay out of git, and what was killed goes', async () => {
  const lab = linkedLab();
  const { dir, agents } = lab.paths();
  await lab.must(['init', 'dev', '--clients', '1', '--drivers', 'raw_exec', '--yes']);
  git(dir, 'init', '--quiet');
  git(dir, 'add', '.');
  expect(git(dir, 'ls-files').split('\n').filter(Boolean)).toEqual(['.gitignore', 'cluster.yaml']);

  const up = await lab.must(['up']);
  expect(up.stderr).not.toContain('git');
  writeFileSync(join(lab.home, 'teller.nomad.hcl'), JOB);
  await lab.must(['job', 'deploy', join(lab.home, 'teller.nomad.hcl')]);
  expect((await lab.must(['job', 'logs', 'teller'])).stdout).toContain('told');

  git(dir, 'add', '--force', 'journal.json');
  expect((await lab.must(['up'])).stderr).toMatch(/git keeps journal\.json.*rm -r --cached/s);
  expect((await lab.run(['doctor'])).stdout).toMatch(/Files of dev in git/);

  // The agent and Nomad's executors at once, as an out-of-memory killer does: the task and its mounts are left.
  const isTask = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\0');
  const client = processesUnder(join(agents, 'client-1')).filter(({ pid }) => !isTask(pid));
  for (const { pid } of client) process.kill(pid, 'SIGKILL');
  await lab.run(['down', '--yes'], { strike: 'SIGKILL step remove-files' });
  expect(existsSync(dir)).toBe(true);
  await lab.must(['down', '--yes']);
  expect(problemsWhenDown(lab).filter((problem) => !/still there$/.test(problem))).toEqual([]);
  expect(
    git(dir, 'status', '--porcelain', '--untracked-files=all')
      .split('\n')
      .filter((line) => line.startsWith('??')),
  ).toEqual([]);
});
