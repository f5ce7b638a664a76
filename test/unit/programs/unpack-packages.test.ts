import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProgram } from '../../../src/programs/find-program.js';
import { packageUnpack } from '../../../src/programs/unpack-packages.js';
import { programsPath } from '../../../src/tools/programs-path.js';
import { createToolWorld, writeProgram, type ToolWorld } from '../../helpers/tool-context.js';

const redis = { packages: ['redis-server', 'redis-tools'], programs: ['redis-server'], mends: ['redis-server'] } as const;

/** apt and dpkg as far as they matter: a "package" is a program that says where its libraries are looked for. */
async function fakeDebian({ bin }: ToolWorld, program = '#!/bin/sh\necho "v=7 $1 $LD_LIBRARY_PATH"\n'): Promise<void> {
  await writeProgram(
    join(bin, 'apt-get'),
    `#!/bin/sh
echo "$*" >> ${bin}/apt.log
for word in "$@"; do case "$word" in Dir::Cache=*) cache="\${word#*=}" ;; esac; done
case "$*" in *install*) echo > "$cache/archives/redis-server_7.deb" ;; esac
`,
  );
  await writeProgram(
    join(bin, 'dpkg-deb'),
    `#!/bin/sh
mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
cat > "$3/usr/bin/redis-server" <<'PROGRAM'
${program}PROGRAM
chmod 755 "$3/usr/bin/redis-server"
`,
  );
}

test('without apt there is no way', async () => {
  const { ctx } = await createToolWorld();
  expect(await packageUnpack(ctx, redis)).toBeUndefined();
});

describe('with apt, an ordinary user', () => {
  test('gets the program with its libraries, where agents and their jobs look', async () => {
    const world = await createToolWorld();
    await fakeDebian(world);
    const { ctx } = world;
    const unpack = await packageUnpack(ctx, redis);
    expect(unpack).toMatchObject({ command: 'nomadctl doctor --fix --only redis-server', how: expect.stringContaining(ctx.paths.tools) });
    await unpack?.run(() => undefined);
    const path = await findProgram({ ...ctx, env: { PATH: programsPath(ctx) } }, 'redis-server');
    expect(path).toBe(join(ctx.paths.unpacked, 'redis-server'));
    const libraries = join(ctx.paths.tools, 'packages', 'redis-server', 'usr', 'lib', 'x86_64-linux-gnu');
    const { stdout } = await ctx.exec.run(path ?? '', ['--port'], { env: { PATH: ctx.env['PATH'] } });
    expect(stdout).toBe(`v=7 --port ${libraries}`);
    expect(await readdir(join(ctx.paths.tools, 'packages'))).toEqual(['redis-server']);
  });

  test("never touches the system's lists, cache and locks", async () => {
    const world = await createToolWorld();
    await fakeDebian(world);
    await (await packageUnpack(world.ctx, redis))?.run(() => undefined);
    const calls = (await readFile(join(world.bin, 'apt.log'), 'utf8')).trim().split('\n');
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(call).toContain('-o Debug::NoLocking=1');
      expect(call).toContain(`-o Dir::State::Lists=${world.ctx.paths.tools}`);
      expect(call).toContain(`-o Dir::Cache=${world.ctx.paths.tools}`);
    }
    expect(calls[1]).toMatch(/ install -y --download-only --reinstall --no-install-recommends redis-server redis-tools$/);
  });

  test('is told when what was unpacked does not run', async () => {
    const world = await createToolWorld();
    await fakeDebian(world, '#!/bin/sh\necho "error while loading shared libraries" >&2\nexit 127\n');
    const unpack = await packageUnpack(world.ctx, redis);
    await expect(unpack?.run(() => undefined)).rejects.toMatchObject({
      code: 'unpacked-unusable',
      why: ['error while loading shared libraries'],
      next: 'install redis-server so that it is on PATH',
    });
  });
});
