import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsWhenDown, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { testLab } from '../helpers/test-lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { startTerminal } from '../helpers/terminal.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const UP = ['up', '--clients', '1'];
const NODES = ['server-1', 'client-1'];
const BIN = process.env['NOMADCTL_BIN'] ?? join(import.meta.dirname, '../../bin/nomadctl.js');

async function until(look: () => boolean, withinMs = 15_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!look()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${String(look)}`);
    await sleep(5);
  }
}

interface JournalView {
  readonly runs: readonly { readonly plan: string; readonly outcome: string }[];
}

const journalOf = (opened: Lab): JournalView => JSON.parse(readFileSync(opened.paths().journal, 'utf8')) as JournalView;

describe.skipIf(!ready)('two runs at once', () => {
  test('the second ends with 5 and names the first; the first ends well', async () => {
    const opened = testLab();
    const first = opened.start(UP);
    await until(() => existsSync(opened.paths().lock));
    const { pid } = first.child;
    const [second, asJson] = await Promise.all([opened.run(['down']), opened.run([...UP, '--json'])]);
    expect(second.code, second.stderr).toBe(5);
    expect(second.stderr).toContain(`another nomadctl is at work on this cluster: nomadctl up dev (process ${pid})`);
    expect(second.stderr).toMatch(/why +it holds the lock since \d{4}-\d\d-\d\dT/);
    expect(second.stderr).toContain(`kill -INT ${pid}`);
    expect(asJson.code).toBe(5);
    expect(asJson.json<{ error: object }>().error).toMatchObject({
      code: 'lock-held',
      exitCode: 5,
      details: { pid, command: 'nomadctl up dev' },
    });
    // To look is always allowed.
    expect((await opened.run(['status'])).code).toBe(0);
    expect((await first.done).code).toBe(0);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });

  test('of many that start at the same moment, one works and the others say so', async () => {
    const opened = testLab();
    const results = await Promise.all(Array.from({ length: 6 }, () => opened.run(UP)));
    const codes = results.map(({ code }) => code);
    expect(codes.filter((code) => code === 0).length).toBeGreaterThanOrEqual(1);
    expect(codes.filter((code) => code !== 0 && code !== 5)).toEqual([]);
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });

  test('the lock of a run that was killed is taken over at once, by one of many', async () => {
    const opened = testLab();
    const first = opened.start(UP);
    await until(() => existsSync(opened.paths().lock));
    first.child.kill('SIGKILL');
    await first.done;
    expect(existsSync(opened.paths().lock)).toBe(true);
    const results = await Promise.all(Array.from({ length: 4 }, () => opened.run(UP)));
    expect(results.map(({ code }) => code).filter((code) => code !== 0 && code !== 5)).toEqual([]);
    expect(results.some(({ code }) => code === 0)).toBe(true);
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });

  test('clusters that come up at the same moment, in different homes, share nothing', async () => {
    const labs = [testLab(), testLab(), testLab()];
    const alone = ['up', '--clients', '0'];
    await Promise.all(labs.map((opened) => opened.must(alone)));
    const addresses = await Promise.all(labs.map(async (opened) => (await opened.status()).nodes[0]?.address));
    expect(new Set(addresses).size).toBe(labs.length);
    await Promise.all(labs.map((opened) => opened.must(['down'])));
    for (const opened of labs) expect(problemsWhenDown(opened)).toEqual([]);
  });
});

describe.skipIf(!ready)('a reader or a terminal that goes away', () => {
  test.for(['stdout', 'both'])('nomadctl up | head -0 (%s): stops cleanly, and the same command goes on', async (which) => {
    const opened = testLab();
    const script = which === 'both' ? '"$@" 2>&1 | head -0' : '"$@" | head -0';
    const child = spawn('sh', ['-c', script, 'sh', process.execPath, BIN, ...UP], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { PATH: process.env['PATH'], HOME: opened.home, NOMADCTL_HOME: opened.home, LANG: 'C.UTF-8' },
    });
    await new Promise((resolve) => child.once('close', resolve));
    await until(() => !existsSync(opened.paths().lock), 60_000);
    expect(['interrupted', 'succeeded']).toContain(journalOf(opened).runs.at(-1)?.outcome);
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });

  test.skipIf(requireTool('tmux') === undefined)(
    'a terminal that is closed: the journal says interrupted, and the same command goes on',
    async () => {
      const opened = testLab();
      const terminal = await startTerminal({
        argv: [process.execPath, BIN, ...UP],
        env: { HOME: opened.home, NOMADCTL_HOME: opened.home },
      });
      await terminal.waitFor('Waiting for leaders', 30_000);
      await until(() => existsSync(opened.paths().agents) && opened.agents().size >= 2, 30_000);
      await terminal.close();
      await until(() => !existsSync(opened.paths().lock), 30_000);
      expect(['interrupted', 'succeeded']).toContain(journalOf(opened).runs.at(-1)?.outcome);
      await opened.must(UP);
      expect(await problemsWhenUp(opened, NODES)).toEqual([]);
    },
  );

  test.skipIf(requireTool('tmux') === undefined)('Ctrl-C on a terminal: one is enough, and the agents are not hit by it', async () => {
    const opened = testLab();
    const terminal = await startTerminal({ argv: [process.execPath, BIN, ...UP], env: { HOME: opened.home, NOMADCTL_HOME: opened.home } });
    await until(() => existsSync(opened.paths().agents) && opened.agents().size >= 3, 30_000);
    const before = opened.agents();
    await terminal.press('C-c');
    expect([0, 130]).toContain(await terminal.exitCode(30_000));
    expect([...opened.agents()]).toEqual(expect.arrayContaining([...before]));
    await opened.must(UP);
    expect(opened.agents()).toEqual(new Map([...opened.agents(), ...before]));
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });
});

describe('without a terminal', () => {
  test('a question that has no default ends with 4, and says how to answer', async () => {
    const opened = testLab();
    await opened.must(['init', '--yes']);
    const other = join(opened.home, 'other.yaml');
    writeFileSync(other, 'version: 1\nname: dev\ntarget: local\nclients: 4\n');
    const result = await opened.run(['init', '--from', other]);
    expect(result.code, result.stderr).toBe(4);
    expect(result.stderr).toMatch(/next {2}\S/);
    expect(result.stderr).not.toMatch(/^ +at /m);
    expect(readdirSync(opened.paths().dir)).toEqual(['.gitignore', 'cluster.yaml']);
  });
});
