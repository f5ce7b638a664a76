import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Command, CommandInput } from '../../../src/commands/command.js';
import { command as clean } from '../../../src/commands/tools/clean.js';
import { command as install } from '../../../src/commands/tools/install.js';
import { command as list } from '../../../src/commands/tools/list.js';
import { command as path } from '../../../src/commands/tools/path.js';
import type { Context } from '../../../src/context.js';
import { installedPath, partialFile } from '../../../src/programs/tool-folder.js';
import { writeFakeGo } from '../../helpers/fake-go.js';
import { pinned } from '../../helpers/pinned.js';
import { versionScript } from '../../helpers/release-server.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';

function run(command: Command, ctx: Context, input: Partial<CommandInput> = {}) {
  return command.run({ args: {}, flags: {}, ...input }, ctx);
}

async function writeCluster(ctx: Context, text: string): Promise<void> {
  const { file } = ctx.paths.cluster('dev');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

describe('tools list', () => {
  test('shows what is wanted, found and where', async () => {
    const { ctx, bin } = await createToolWorld();
    const consul = await writeProgram(join(bin, 'consul'), versionScript('consul', '1.21.0'));
    const result = await run(list, ctx);
    expect(result?.data).toMatchObject({
      folder: ctx.paths.tools,
      tools: [
        { tool: 'consul', wanted: '1.18.0 or newer', found: { path: consul, version: '1.21.0', source: 'path' }, remarks: [] },
        { tool: 'nomad', wanted: '1.8.0 or newer', installs: pinned.nomad, licence: 'BUSL-1.1', remarks: [] },
        { tool: 'packer', licence: 'MPL-2.0' },
        { tool: 'terraform', licence: 'BUSL-1.1' },
        { tool: 'fabio', licence: 'MIT' },
        { tool: 'consul-template', licence: 'MPL-2.0' },
        { tool: 'rocketmq', licence: 'Apache-2.0' },
        { tool: 'envoy', licence: 'Apache-2.0' },
        { tool: 'ferretdb', licence: 'Apache-2.0' },
      ],
    });
    expect(result?.text).toMatch(/^consul +1\.18\.0 or newer +1\.21\.0 +BUSL-1\.1 +PATH +\//m);
    expect(result?.text).toMatch(
      new RegExp(`^nomad +1\\.8\\.0 or newer +none +BUSL-1\\.1 +would be ${pinned.nomad.replaceAll('.', '\\.')}$`, 'm'),
    );
    expect(result?.next).toEqual('nomadctl tools install nomad');
  });

  test('says what licence a program came under: OpenTofu and older versions are MPL', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'tofu'), versionScript('tofu', '1.10.0'));
    expect((await run(list, ctx))?.data).toMatchObject({
      tools: [{}, {}, {}, { found: { program: 'tofu' }, licence: 'MPL-2.0' }, {}, {}, {}, {}, {}],
    });
    await writeProgram(join(bin, 'terraform'), versionScript('terraform', '1.5.7'));
    expect((await run(list, ctx))?.data).toMatchObject({
      tools: [{}, {}, {}, { found: { version: '1.5.7' }, licence: 'MPL-2.0' }, {}, {}, {}, {}, {}],
    });
    await writeProgram(join(bin, 'terraform'), versionScript('terraform', '1.6.0'));
    expect((await run(list, ctx))?.data).toMatchObject({
      tools: [{}, {}, {}, { found: { version: '1.6.0' }, licence: 'BUSL-1.1' }, {}, {}, {}, {}, {}],
    });
  });

  test('says why a program is passed over, and which is newer than tested', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'consul'), versionScript('consul', '0.9.0'));
    await writeProgram(join(bin, 'nomad'), versionScript('nomad', '2.0.0'));
    const text = (await run(list, ctx))?.text;
    expect(text).toContain('consul 0.9.0 at');
    expect(text).toContain('older than 1.18.0');
    expect(text).toContain('newer than 1.11, the newest that nomadctl was tested with');
  });

  test('a cluster may ask for an exact version', async () => {
    const { ctx } = await createToolWorld();
    await writeCluster(ctx, 'version: 1\nname: dev\ntarget: local\nversions:\n  consul: 1.20.1\n');
    expect((await run(list, ctx))?.data).toMatchObject({
      tools: [{ tool: 'consul', wanted: '1.20.1', installs: '1.20.1' }, {}, {}, {}, {}, {}, {}, {}, {}],
    });
  });
});

describe('tools install', () => {
  test('builds what is missing, and the second time does nothing', async () => {
    const { ctx, bin } = await createToolWorld({ NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' });
    await writeFakeGo(bin);
    const input = { args: { tool: ['consul'] } };
    const first = await run(install, ctx, input);
    expect(first?.data).toMatchObject({
      installed: 1,
      tools: { consul: { version: pinned.consul, source: 'installed', origin: 'source' } },
    });
    expect(first?.text).toBe(`consul ${pinned.consul}  ${installedPath(ctx, 'consul', pinned.consul)}`);
    expect((await run(install, ctx, input))?.data).toMatchObject({ installed: 0 });
  });

  test('leaves a fit program on PATH to do the work, unless our own copy is asked for', async () => {
    const { ctx, bin } = await createToolWorld();
    const onPath = await writeProgram(join(bin, 'consul'), versionScript('consul', '1.21.0'));
    await writeFakeGo(bin);
    expect((await run(install, ctx, { args: { tool: ['consul'] } }))?.data).toMatchObject({
      installed: 0,
      tools: { consul: { path: onPath } },
    });
    expect((await run(install, ctx, { args: { tool: ['consul'] }, flags: { from: 'source' } }))?.data).toMatchObject({
      installed: 1,
      tools: { consul: { path: installedPath(ctx, 'consul', pinned.consul) } },
    });
  });

  test('--plan changes nothing', async () => {
    const { ctx } = await createToolWorld();
    const result = await run(install, ctx, { flags: { plan: true, exitCode: true } });
    expect(result?.text).toContain('2 of 2 steps would run. Nothing was changed.');
    expect(result?.exitCode).toBe(10);
  });

  test.each<[CommandInput, string]>([
    [{ args: { tool: ['consull'] }, flags: {} }, 'there is no tool "consull" (did you mean "consul"?)'],
    [{ args: {}, flags: { version: pinned.consul } }, `--version ${pinned.consul} needs the name of one tool`],
    [{ args: { tool: ['consul'] }, flags: { version: 'latest' } }, '"latest" is no version of consul'],
    [{ args: { tool: ['consul'] }, flags: { from: 'air' } }, '--from "air" is neither release nor source nor jars nor wheel'],
  ])('%j is refused', async (input, message) => {
    const { ctx } = await createToolWorld();
    await expect(run(install, ctx, input)).rejects.toMatchObject({ message, exitCode: 2 });
  });
});

test('tools path prints the path alone', async () => {
  const { ctx, bin } = await createToolWorld();
  const nomad = await writeProgram(join(bin, 'nomad'), versionScript('nomad', pinned.nomad));
  expect((await run(path, ctx, { args: { tool: 'nomad' } }))?.text).toBe(nomad);
  await expect(run(path, ctx, { args: { tool: 'consul' } })).rejects.toMatchObject({ exitCode: 3, next: 'nomadctl tools install consul' });
});

describe('tools clean', () => {
  test('says what it removed, and how much', async () => {
    const { ctx } = await createToolWorld();
    const file = partialFile(ctx, `consul_${pinned.consul}_linux_amd64.zip`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, Buffer.alloc(1_500_000));
    const planned = await run(clean, ctx, { flags: { plan: true } });
    expect(planned?.text).toContain(file);
    expect(planned?.data).toMatchObject({ bytes: 1_500_000, wouldRemove: [{ path: file }] });
    const result = await run(clean, ctx);
    expect(result?.text).toBe(`Removed 1.5 MB\n     1.5 MB  ${file}  (unfinished consul)`);
    expect(await run(clean, ctx)).toMatchObject({ text: 'Nothing to remove', data: { removed: [], bytes: 0 } });
  });
});
