import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mountsUnder, processesUnder } from '../../../../src/agents/leftovers/leftover-processes.js';
import { removeData } from '../../../../src/agents/leftovers/remove-data.js';
import { clusterProcesses, sweepCluster } from '../../../../src/agents/leftovers/sweep.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { thrown } from '../../../helpers/thrown.js';
import { canMount } from '../../../helpers/tiny-disk.js';
import { startTerminal } from '../../../helpers/terminal.js';

const tmux = requireTool('tmux');

/** A task that lives on where its agent was killed. */
async function taskIn(folder: string): Promise<ChildProcess> {
  await mkdir(folder, { recursive: true });
  const task = spawn('sleep', ['300'], { cwd: folder, stdio: 'ignore', detached: true });
  onTestFinished(() => void task.kill('SIGKILL'));
  await expect.poll(() => processesUnder(folder).map(({ pid }) => pid)).toEqual([task.pid]);
  return task;
}

/** As Nomad mounts the folder of a task's secrets. */
async function mountIn(folder: string): Promise<string> {
  const path = join(folder, 'alloc', 'secrets');
  await mkdir(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'nomadctl-test', path]);
  onTestFinished(() => {
    if (mountsUnder(folder).includes(path)) execFileSync('umount', ['-l', path]);
  });
  await writeFile(join(path, 'token'), 'x');
  return path;
}

describe('a sweep', () => {
  test('finds what lives off the folder that a killed `down` was about to delete', async () => {
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
    const paths = ctx.paths.cluster('dev');
    const [task, other] = [await taskIn(join(paths.agents, 'client-1')), await taskIn(join(paths.agentsToRemove, 'client-1'))];
    expect(clusterProcesses(paths).map(({ pid }) => pid)).toEqual([task.pid, other.pid]);
    expect(await sweepCluster(paths, ctx)).toMatchObject({ processes: 2 });
    expect(clusterProcesses(paths)).toEqual([]);
  });

  test.skipIf(tmux === undefined)("leaves a shell alone that somebody has open among a cluster's files", async () => {
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
    const folder = join(ctx.paths.cluster('dev').agents, 'client-1');
    await mkdir(folder, { recursive: true });
    const terminal = await startTerminal({
      argv: ['sh', '-c', `cd ${folder} && echo here && exec sleep 300`],
      env: {},
      columns: 80,
      rows: 10,
    });
    await terminal.waitFor(/here/);
    expect(processesUnder(folder)).toEqual([]);
  });
});

describe('removeData', () => {
  test('ends what lives in the folder, and deletes it', async () => {
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
    const folder = join(ctx.paths.home, 'agents');
    const task = await taskIn(folder);
    await removeData(folder, ctx);
    await expect.poll(() => task.signalCode).toBe('SIGKILL');
    expect(existsSync(folder)).toBe(false);
  });

  test.skipIf(!canMount)('unmounts what Nomad left there', async () => {
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] } });
    const folder = join(ctx.paths.home, 'agents');
    await mountIn(folder);
    await removeData(folder, ctx);
    expect([existsSync(folder), mountsUnder(folder)]).toEqual([false, []]);
  });

  test.skipIf(!canMount)('deletes nothing through a mount that stays, and names it', async () => {
    const unable: Partial<Awaited<ReturnType<typeof createTestContext>>['exec']> = {
      run: async () => ({ stdout: '', stderr: '', code: 1 }) as never,
    };
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] }, overrides: { exec: unable as never } });
    const folder = join(ctx.paths.home, 'agents');
    const path = await mountIn(folder);
    const error = await thrown(() => removeData(folder, ctx));
    expect(error).toMatchObject({
      code: 'data-held',
      why: [`${path} is mounted, and can not be unmounted`],
      next: `sudo umount ${path} && run the same command again`,
    });
    expect(existsSync(join(path, 'token'))).toBe(true);
  });

  test('ends at a signal', async () => {
    const stop = new AbortController();
    const ctx = await createTestContext({ env: { PATH: process.env['PATH'] }, overrides: { signal: stop.signal } });
    await mkdir(join(ctx.paths.home, 'agents'));
    stop.abort(new Error('enough'));
    await expect(removeData(join(ctx.paths.home, 'agents'), ctx)).rejects.toThrow('enough');
    expect(existsSync(join(ctx.paths.home, 'agents'))).toBe(true);
  });
});
