import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { ensureTool } from '../../../src/programs/ensure-tool.js';
import { specOf } from '../../../src/programs/tool-versions.js';
import { thrown } from '../../helpers/thrown.js';
import { createTestContext } from '../../helpers/test-context.js';
import { createToolWorld, writeProgram, type ToolWorld } from '../../helpers/tool-context.js';

const { version } = specOf('rocketmq');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A world with a toolchain of two jars, and a Maven that brings what `brings` says. */
async function world(brings: Readonly<Record<string, string>> | undefined, failure = ''): Promise<ToolWorld> {
  const made = await createToolWorld();
  const toolchain = join(made.folder, 'toolchain');
  await mkdir(join(toolchain, 'rocketmq'), { recursive: true });
  await writeFile(join(toolchain, 'rocketmq', 'pom.xml'), '<project/>');
  await writeFile(join(toolchain, 'rocketmq', 'jars.sha256'), `${sha256('one')}  one.jar\n${sha256('two')}  two.jar\n`);
  if (brings) {
    const files = Object.entries(brings).map(
      ([name, text]) => `printf %s ${text} >"$to/${name}"; echo "[INFO] Downloaded from x: y/${name} (1 kB)"`,
    );
    const script = `#!/bin/sh\nfor word; do case $word in -DoutputDirectory=*) to=\${word#*=} ;; esac; done\n${failure}\nmkdir -p "$to"\n${files.join('\n')}\n`;
    await writeProgram(join(made.bin, 'mvn'), script);
  }
  const ctx: Context = { ...made.ctx, paths: { ...made.ctx.paths, toolchain } };
  return { ...made, ctx };
}

function install(ctx: Context, said: string[] = []) {
  return ensureTool(ctx, 'rocketmq', { report: (text) => said.push(text) });
}

test('what Maven collects lies beside a program that starts Java with it, however it is reached', async () => {
  const { ctx, bin, folder } = await world({ 'one.jar': 'one', 'two.jar': 'two' });
  const said: string[] = [];
  const tool = await install(ctx, said);
  expect(tool).toMatchObject({ version, source: 'installed', origin: 'jars', installed: true });
  expect(said).toContain("downloading jar 2, of 2 and Maven's own");
  const lib = join(tool.path, '..', 'lib');
  expect((await readdir(lib)).sort()).toEqual(['one.jar', 'two.jar']);
  const java = await writeProgram(join(bin, 'java'), '#!/bin/sh\necho "$@"\n');
  await symlink(tool.path, join(folder, 'linked'));
  const run = execFileSync(join(folder, 'linked'), ['-Xmx1m', 'a.Class'], { env: { PATH: '/usr/bin:/bin', JAVA: java }, encoding: 'utf8' });
  expect(run.trim()).toBe(`-cp ${lib}/* -Xmx1m a.Class`);
  expect(await install(ctx)).toMatchObject({ installed: false, path: tool.path });
});

test.each([
  ['another file', { 'one.jar': 'one', 'two.jar': 'three' }, 'two.jar is not the file that it was'],
  ['one too few', { 'one.jar': 'one' }, 'two.jar is missing'],
  ['one too many', { 'one.jar': 'one', 'two.jar': 'two', 'six.jar': 'six' }, 'six.jar belongs to no rocketmq'],
])('%s is refused, and nothing is installed', async (_, brings, why) => {
  const { ctx } = await world(brings);
  const error = await thrown(() => install(ctx));
  expect(error).toMatchObject({ code: 'jars-wrong' });
  expect(error.why.join('; ')).toContain(why);
  expect(await readdir(join(ctx.paths.tools, 'rocketmq')).catch(() => [])).toEqual([]);
});

test('without Maven, and when it fails, the way out is told', async () => {
  const none = await thrown(async () => install((await world(undefined)).ctx));
  expect(none).toMatchObject({ code: 'maven-missing', message: `Maven is needed to put rocketmq ${version} together` });
  const failing = await world(
    {},
    'echo "[ERROR] Could not transfer artifact a:b from/to central: no route"; echo "[ERROR] -> [Help 1]"; exit 1',
  );
  expect(await thrown(() => install(failing.ctx))).toMatchObject({
    code: 'maven-failed',
    why: ['Could not transfer artifact a:b from/to central: no route'],
  });
});

test('the pinned jars are those of the pinned version', async () => {
  const { paths } = await createTestContext();
  const folder = join(paths.toolchain, 'rocketmq');
  const [pom, sums] = await Promise.all(['pom.xml', 'jars.sha256'].map((name) => readFile(join(folder, name), 'utf8')));
  const own = [...(pom ?? '').matchAll(/<artifactId>(rocketmq-\w+)<\/artifactId>\s*<version>(.+)<\/version>/g)];
  expect(own.map(([, name, wanted]) => `${name} ${wanted}`)).toEqual(
    ['namesrv', 'broker', 'tools'].map((part) => `rocketmq-${part} ${version}`),
  );
  for (const part of ['namesrv', 'broker', 'tools', 'client'])
    expect(sums).toMatch(new RegExp(`^[0-9a-f]{64}  rocketmq-${part}-${version}\\.jar$`, 'm'));
});
