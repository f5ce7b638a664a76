import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { programsIn } from '../../../src/terraform/running-terraform.js';
import { rootOf } from '../../../src/terraform/root.js';
import { acquireLock } from '../../../src/engine/lock.js';
import { hintLine } from '../../helpers/hint-line.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const state = JSON.stringify({ version: 4, serial: 3, lineage: 'one', outputs: {}, resources: [] });

/** A cluster with a terraform in its network's folder whose nomadctl is gone: a program of that name that does nothing for a while. */
async function scene() {
  const ctx = await createTestContext({ global: { yes: true }, env: {} });
  const paths = ctx.paths.cluster('prod');
  await writeFileAtomic(paths.file, 'version: 1\nname: prod\ntarget: ucloud\nprojectId: org-abc123\nallowIp: [203.0.113.7/32]\n');
  const root = rootOf(paths, 'network');
  await writeFileAtomic(root.state, state);
  const terraform = join(await tempHome(), 'terraform');
  copyFileSync('/bin/sleep', terraform);
  const child = spawn(terraform, ['600'], { cwd: root.folder, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => programsIn(root.folder, /^terraform$/)).toHaveLength(1);
  const run = async (line: string) => {
    const parsed = await parseCommand(['state', ...line.split(' ')], ctx);
    const result = await parsed?.command.run(parsed, ctx);
    return { ...result, next: hintLine(result?.next) };
  };
  const end = `kill -INT ${child.pid}   ends it, with what it made written down; it may as well be waited for`;
  return { ctx, paths, root, run, pid: child.pid, end };
}

test.runIf(process.platform === 'linux')('a terraform that outlived its nomadctl is told by doctor, unlock and backup', async () => {
  const { ctx, paths, run, pid, end } = await scene();
  const left = `terraform (process ${pid}) is still at work in the network, and no run of nomadctl is`;
  expect(await run('doctor prod --offline')).toMatchObject({
    exitCode: 3,
    next: end,
    data: { ok: false, findings: [{ id: 'state-network', ok: false, found: left, fix: { command: end } }] },
  });

  const plan = await run('unlock prod --plan');
  expect(plan.text).toContain(`the state of the network: terraform (process ${pid}) of this computer, finishing what it began`);
  expect(plan.next).toContain(`kill -INT ${pid} `);
  expect(await thrown(() => run('unlock prod'))).toMatchObject({ code: 'lock-lives', exitCode: 5 });

  const made = await run('backup create --no-snapshots');
  expect([made.text, made.next]).toEqual([expect.stringContaining(`terraform (process ${pid}) was at work in the network`), end]);
  const { id } = made.data as { id: string };
  expect((await run(`backup show ${id}`)).text).toContain(`terraform (process ${pid}) was at work in the network`);
  expect(await thrown(() => run(`backup restore ${id}`))).toMatchObject({ code: 'terraform-busy' });

  // While a run is at work, terraform is its own.
  const lock = await acquireLock(paths.lock, 'nomadctl up prod', ctx.clock.now());
  expect(await run('doctor prod --offline')).toMatchObject({
    exitCode: 0,
    data: { findings: [{ ok: true, found: `terraform (process ${pid}) is at work for "nomadctl up prod"` }] },
  });
  const beside = await run('backup create --no-snapshots');
  expect(beside.text).not.toContain(String(pid));
  await lock.release();
});
