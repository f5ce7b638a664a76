import { lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

/** Nomad runs exec tasks as root alone; where /bin is a folder of its own, its chroot is the one that Nomad has anyway. */
const ready =
  [requireTool('consul'), requireTool('nomad')].every((path) => path !== undefined) &&
  process.getuid?.() === 0 &&
  lstatSync('/bin').isSymbolicLink();

const SCRIPT =
  '/bin/sleep 0.1 && /bin/date +%Y && /sbin/ldconfig --version | /usr/bin/head -n 1 && getent hosts localhost && ls -ld /bin && ls /usr; exec /bin/sleep 300';
const JOB = `job "chroot" {
  group "g" {
    task "t" {
      driver = "exec"
      config {
        command = "/bin/sh"
        args    = ["-c", ${JSON.stringify(SCRIPT)}]
      }
    }
  }
}
`;

test.skipIf(!ready)('an exec task on a local client finds programs where they are, and not all of /usr', { timeout: 180_000 }, async () => {
  const lab = openLab();
  onTestFinished(async () => void (await lab.end()));
  await lab.must(['init', 'dev', '--clients', '1', '--yes']);
  await lab.must(['up']);
  const file = join(lab.home, 'chroot.nomad.hcl');
  writeFileSync(file, JOB);
  await lab.must(['job', 'deploy', file]);
  const said = (await lab.must(['job', 'logs', 'chroot'])).stdout;
  for (const word of [String(new Date().getFullYear()), 'ldconfig', 'localhost', '/bin -> usr/bin']) expect(said).toContain(word);
  expect(said).not.toMatch(/\b(src|include|games)\b/);
  const allocations = join(lab.paths().agents, 'client-1', 'nomad', 'data', 'alloc');
  const [allocation = ''] = readdirSync(allocations);
  const usr = readdirSync(join(allocations, allocation, 't', 'usr')).sort();
  expect(usr.every((name) => ['bin', 'sbin', 'lib', 'lib64', 'share', 'local'].includes(name))).toBe(true);
  await lab.must(['down', '--yes']);
});
