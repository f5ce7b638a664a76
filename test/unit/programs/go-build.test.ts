import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { ensureTool } from '../../../src/programs/ensure-tool.js';
import { goModuleOf } from '../../../src/programs/go-module.js';
import { specOf, toolNames, type ToolName } from '../../../src/programs/tool-versions.js';
import { writeFakeGo } from '../../helpers/fake-go.js';
import { pinned } from '../../helpers/pinned.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';

const nowhere = { NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' };

function build(ctx: Context, said: string[] = [], tool: ToolName = 'consul') {
  return ensureTool(ctx, tool, { from: 'source', report: (text) => said.push(text) });
}

test('every module is the pinned version of its tool', async () => {
  const { ctx } = await createToolWorld();
  for (const tool of toolNames) {
    const module = await goModuleOf(ctx, tool);
    expect(module?.version, tool).toBe(specOf(tool).module ? specOf(tool).version : undefined);
    if (module) expect(module.modules, tool).toBeGreaterThan(50);
  }
});

describe('a build from source', () => {
  test('counts modules and packages, and installs', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin, { secondsPerPackage: 0.1 });
    const said: string[] = [];
    expect(await build(ctx, said)).toMatchObject({ version: pinned.consul, source: 'installed', origin: 'source', installed: true });
    expect(said[0]).toBe('looking at its packages');
    expect(said).toContainEqual(expect.stringMatching(/^downloading module 2 of at most \d{3}$/));
    expect(said.filter((text) => text.startsWith('compiling') || text.startsWith('linking'))).toEqual([
      'compiling package 0 of 3',
      'compiling package 1 of 3',
      'compiling package 2 of 3',
      'linking, the last part',
    ]);
    expect(await readdir(join(ctx.paths.tools, '.staging'))).toEqual([]);
  });

  test('uses exactly what is pinned, and no workspace of the user', async () => {
    const { ctx, bin } = await createToolWorld({ GOWORK: '/somewhere/go.work' });
    await writeFakeGo(bin, { packages: ['github.com/hashicorp/nomad'] });
    await writeProgram(join(bin, 'gcc'), '#!/bin/sh\n');
    await build(ctx, [], 'nomad').catch(() => undefined);
    const call = (await readFile(join(bin, 'go.log'), 'utf8')).split('\n').find((line) => line.includes(' build '));
    expect(call).toContain('CGO_ENABLED=1 GOWORK=off build -v -mod=readonly -trimpath -buildvcs=false -tags ui,release -ldflags -s -w -o ');
    expect(call).toMatch(/github\.com\/hashicorp\/nomad$/);
  });

  test('is the only way to what has no release that could be checked', async () => {
    const { ctx, bin } = await createToolWorld(nowhere);
    await writeFakeGo(bin, { packages: ['github.com/fabiolb/fabio'] });
    const report = (): void => undefined;
    await expect(ensureTool(ctx, 'fabio', { from: 'release', report })).rejects.toMatchObject({ code: 'tool-unreleased', exitCode: 3 });
    // The stand-in makes a Consul: that a program was made, of this module, is all there is to see.
    await expect(ensureTool(ctx, 'fabio', { report })).rejects.toMatchObject({ code: 'tool-wrong' });
    expect(await readFile(join(bin, 'go.log'), 'utf8')).toContain('github.com/fabiolb/fabio');
  });

  test('is linked as its maker links a release', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin);
    await build(ctx, [], 'terraform').catch(() => undefined);
    const log = await readFile(join(bin, 'go.log'), 'utf8');
    expect(log).toContain(' -ldflags -s -w -X=github.com/hashicorp/terraform/version.dev=no -o ');
  });

  test('needs a C compiler only for what has parts in C', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin);
    await expect(build(ctx, [], 'nomad')).rejects.toMatchObject({ code: 'compiler-missing', exitCode: 3 });
    await build(ctx, [], 'consul');
    expect(await readFile(join(bin, 'go.log'), 'utf8')).toContain('CGO_ENABLED=0 GOWORK=off build');
  });

  test('is what follows when the release server is not there, and says why', async () => {
    const { ctx, bin } = await createToolWorld(nowhere);
    await writeFakeGo(bin);
    const said: string[] = [];
    expect(await ensureTool(ctx, 'consul', { report: (text) => said.push(text) })).toMatchObject({ origin: 'source' });
    expect(said).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^127\\.0\\.0\\.1:1 did not answer: .*ECONNREFUSED.*: building consul ${pinned.consul.replaceAll('.', '\\.')} from source$`,
        ),
      ),
    );
  });

  test('that fails shows what Go said', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin, { failure: 'consul/agent.go:7:1: undefined: everything' });
    await expect(build(ctx)).rejects.toMatchObject({
      message: `github.com/hashicorp/consul ${pinned.consul} could not be built with Go 1.26.8`,
      why: expect.arrayContaining(['consul/agent.go:7:1: undefined: everything']),
      exitCode: 1,
    });
    await expect(access(join(ctx.paths.tools, 'consul'))).rejects.toThrow();
    expect(await readdir(join(ctx.paths.tools, '.staging'))).toEqual([]);
  });

  test('that makes something else is refused', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin, { packages: ['github.com/hashicorp/nomad'] });
    await writeProgram(join(bin, 'gcc'), '#!/bin/sh\n');
    await expect(build(ctx, [], 'nomad')).rejects.toMatchObject({
      code: 'tool-wrong',
      why: [`asked for its version it printed "Consul v${pinned.consul}"`, 'nothing was installed'],
    });
  });
});

/** What Consul's pinned module asks for. */
async function goOf(ctx: Context): Promise<string | undefined> {
  return (await goModuleOf(ctx, 'consul'))?.go;
}

describe('Go itself', () => {
  test('is missing', async () => {
    const { ctx } = await createToolWorld(nowhere);
    const failure = await ensureTool(ctx, 'consul', { report: () => undefined }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'tool-not-installable',
      exitCode: 3,
      message: `consul ${pinned.consul} is needed and could not be installed`,
      why: [
        expect.stringContaining('official release: 127.0.0.1:1 did not answer'),
        `from source: Go ${await goOf(ctx)} or newer is needed to build consul ${pinned.consul} (no go on PATH)`,
      ],
      next: 'install Go from https://go.dev/dl, or consul itself, then run the same command again',
    });
  });

  test('is too old, and may not fetch a newer one', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin, { version: '1.24.1', toolchain: 'local' });
    await expect(build(ctx)).rejects.toMatchObject({
      code: 'go-too-old',
      exitCode: 3,
      message: `Go 1.24.1 is too old to build consul ${pinned.consul}`,
      why: [
        `${join(bin, 'go')} is 1.24.1, the module needs ${await goOf(ctx)} or newer`,
        'GOTOOLCHAIN=local keeps Go from fetching a newer one',
      ],
    });
  });

  test('is too old to know how to fetch a newer one', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin, { version: '1.19', toolchain: 'auto' });
    await expect(build(ctx)).rejects.toMatchObject({ code: 'go-too-old' });
  });

  test('is too old, but fetches what the module asks for', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin, { version: '1.24.1', toolchain: 'auto' });
    expect(await build(ctx)).toMatchObject({ installed: true });
  });

  test('prints nonsense', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'go'), '#!/bin/sh\necho a board game\n');
    await expect(build(ctx)).rejects.toMatchObject({
      code: 'go-missing',
      why: [`${join(bin, 'go')}: asked for its version it printed "a board game"`],
    });
  });
});

test('another version than the pinned one cannot be built', async () => {
  const { ctx, bin } = await createToolWorld(nowhere);
  await writeFakeGo(bin);
  await expect(ensureTool(ctx, 'consul', { version: '1.21.0', report: () => undefined })).rejects.toMatchObject({
    message: 'consul 1.21.0 is needed and could not be installed',
    why: [
      expect.stringContaining('official release'),
      `from source: consul 1.21.0 cannot be built from source here (the Go module that nomadctl brings is consul ${pinned.consul})`,
    ],
    next: `nomadctl tools install consul --version ${pinned.consul}`,
  });
});

test('a program on PATH that will not do is among the reasons', async () => {
  const { ctx, bin } = await createToolWorld(nowhere);
  const path = await writeProgram(join(bin, 'consul'), '#!/bin/sh\necho "Consul v1.2.0"\n');
  await expect(ensureTool(ctx, 'consul', { report: () => undefined })).rejects.toMatchObject({
    why: [
      `consul 1.2.0 at ${path} is not used: older than 1.18.0, the oldest that nomadctl works with`,
      expect.anything(),
      expect.anything(),
    ],
  });
});
