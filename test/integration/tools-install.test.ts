import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../src/context.js';
import { ensureTool } from '../../src/programs/ensure-tool.js';
import { locateInstalled } from '../../src/programs/locate-tool.js';
import { resolveTool } from '../../src/programs/resolve-tool.js';
import { lockFile } from '../../src/programs/tool-folder.js';
import { buildFixture, type BuiltFixture } from '../helpers/build-fixture.js';
import { writeFakeGo, type FakeGo } from '../helpers/fake-go.js';
import { pinned } from '../helpers/pinned.js';
import { requireTool } from '../helpers/require-tool.js';
import { createTestContext } from '../helpers/test-context.js';
import { createToolWorld, type ToolWorld } from '../helpers/tool-context.js';

let fixture: BuiltFixture;
beforeAll(async () => {
  fixture = await buildFixture('ensure-tool-run');
});
afterAll(() => fixture.remove());

const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves when the output holds this text. */
  said(text: string): Promise<void>;
  readonly ended: Promise<number | null>;
}

function start({ ctx }: ToolWorld): Run {
  const child = spawn(process.execPath, [fixture.path, ctx.paths.home, packageRoot], {
    env: { ...ctx.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it never said "${text}": ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { child, output: () => output, said, ended };
}

async function world(go: FakeGo): Promise<ToolWorld> {
  const made = await createToolWorld();
  await writeFakeGo(made.bin, go);
  return made;
}

async function builds({ bin }: ToolWorld): Promise<number[]> {
  const lines = (await readFile(join(bin, 'go.log'), 'utf8')).split('\n');
  return lines.filter((line) => line.includes(' build ')).map((line) => Number.parseInt(line, 10));
}

async function installed(ctx: Context): Promise<string | undefined> {
  return (await locateInstalled(ctx, 'consul', pinned.consul)).tool?.version;
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('several runs at once', () => {
  test('build once; the others wait, say for whom, and use the result', async () => {
    const at = await world({ waits: true });
    const first = start(at);
    await first.said('linking');
    const others = [start(at), start(at)];
    await Promise.all(others.map((other) => other.said(`waiting for process ${first.child.pid}, which is installing consul`)));
    await writeFile(join(at.bin, 'go.on'), '');
    expect(await Promise.all([first, ...others].map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(first.output()).toContain(`done installed ${pinned.consul}`);
    for (const other of others) expect(other.output()).toContain(`done found ${pinned.consul}`);
    expect(await builds(at)).toHaveLength(1);
    expect(await readdir(join(at.ctx.paths.tools, '.locks'))).toEqual([]);
  });

  test('a lock whose owner is dead is taken over at once', async () => {
    const at = await world({});
    const path = lockFile(at.ctx, 'consul');
    await mkdir(join(path, '..'), { recursive: true });
    const { hostname } = await import('node:os');
    // Our own process id with another start time: the id was used again.
    await writeFile(path, JSON.stringify({ pid: process.pid, started: 'another boot/1', host: hostname(), token: 'x' }));
    expect(await ensureTool(at.ctx, 'consul', { from: 'source', report: () => undefined })).toMatchObject({ installed: true });
  });

  test.each(['', '{"pid":', '{"pid":"x"}'])('a lock that holds %j belongs to nobody', async (content) => {
    const at = await world({});
    const path = lockFile(at.ctx, 'consul');
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
    expect(await ensureTool(at.ctx, 'consul', { from: 'source', report: () => undefined })).toMatchObject({ installed: true });
  });
});

test('Ctrl-C ends the build with all its processes and leaves nothing half-installed', async () => {
  const at = await world({ secondsPerPackage: 30 });
  const run = start(at);
  await run.said('compiling package 1');
  const [go] = await builds(at);
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(130);
  expect(isRunning(go ?? 0)).toBe(false);
  expect(await readdir(join(at.ctx.paths.tools, '.staging'))).toEqual([]);
  expect(await readdir(join(at.ctx.paths.tools, '.locks'))).toEqual([]);
  await expect(access(join(at.ctx.paths.tools, 'consul'))).rejects.toThrow();
});

test('Ctrl-C while waiting for another run ends only the waiting', async () => {
  const at = await world({ waits: true });
  const first = start(at);
  await first.said('linking');
  const second = start(at);
  await second.said('waiting for process');
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(130);
  await writeFile(join(at.bin, 'go.on'), '');
  expect(await first.ended).toBe(0);
  expect(await installed(at.ctx)).toBe(pinned.consul);
});

describe('kill -9', () => {
  test.each(['looking at its packages', 'compiling package 0', 'compiling package 1', 'linking'])(
    'while it says "%s": the same command converges',
    async (moment) => {
      const at = await world({ secondsPerPackage: 0.3 });
      const killed = start(at);
      await killed.said(moment);
      killed.child.kill('SIGKILL');
      await killed.ended;
      const again = start(at);
      expect(await again.ended, again.output()).toBe(0);
      expect(await installed(at.ctx)).toBe(pinned.consul);
      expect(await readdir(join(at.ctx.paths.tools, '.locks'))).toEqual([]);
      // The build that lost its parent may still be writing; the run after it finds nothing of either.
      await expect.poll(async () => (await builds(at)).filter(isRunning), { timeout: 20_000 }).toEqual([]);
      await ensureTool({ ...at.ctx }, 'consul', { from: 'source', version: pinned.consul, report: () => undefined });
      expect(await installed(at.ctx)).toBe(pinned.consul);
    },
  );
});

describe.each(['consul', 'nomad'] as const)('the real %s', (tool) => {
  const path = requireTool(tool);
  test.skipIf(path === undefined)('is found on PATH with its version', async () => {
    const ctx = await createTestContext({ env: { PATH: dirname(path ?? '') } });
    const found = await resolveTool(ctx, tool);
    expect(found).toMatchObject({ name: tool, path, source: 'path', version: expect.stringMatching(/^1\.\d+\.\d+/) });
    const refuse = () => Promise.reject(new Error('a process was started'));
    expect(await resolveTool({ ...ctx, exec: { run: refuse, attach: refuse, detach: refuse, converse: refuse } }, tool)).toEqual(found);
  });
});
