import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command } from '../../../src/commands/doctor.js';
import type { Context } from '../../../src/context.js';
import { installedPath } from '../../../src/programs/tool-folder.js';
import { writeFakeGo } from '../../helpers/fake-go.js';
import { pinned } from '../../helpers/pinned.js';
import { versionScript } from '../../helpers/release-server.js';
import { createTestContext } from '../../helpers/test-context.js';
import { createToolWorld, writeProgram, type ToolWorld } from '../../helpers/tool-context.js';

interface Line {
  readonly id: string;
  readonly found: string;
  readonly ok: boolean;
  readonly optional?: boolean;
  readonly fix?: { readonly command: string; readonly automatic: boolean };
}

async function doctor(ctx: Context, flags: Record<string, boolean> = {}) {
  Object.assign(ctx.given, { path: ['doctor'], flags, asRoot: process.getuid?.() === 0 ? '' : 'sudo ' });
  const result = await command.run({ args: {}, flags }, ctx);
  const { ok, findings = [] } = result?.data as { ok?: boolean; findings?: Line[] };
  return { ...result, ok, line: (id: string) => findings.find((finding) => finding.id === id) };
}

async function withAgents(world: ToolWorld): Promise<void> {
  await writeProgram(join(world.bin, 'consul'), versionScript('consul', pinned.consul));
  await writeProgram(join(world.bin, 'nomad'), versionScript('nomad', pinned.nomad));
}

describe('everything required is there', () => {
  test('exit 0, and the optional rest is named with how to get it', async () => {
    const world = await createToolWorld();
    await withAgents(world);
    const { exitCode, ok, line, text } = await doctor(world.ctx);
    expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
    expect(line('node')).toMatchObject({ found: process.versions.node, wanted: '20.19 or newer', ok: true });
    expect(line('consul')).toMatchObject({ found: `${pinned.consul}, ${join(world.bin, 'consul')}`, wanted: '1.18.0 or newer', ok: true });
    expect(line('go')).toMatchObject({ found: 'nothing', wanted: '1.26 or newer', ok: false, optional: true });
    expect(line('terraform')).toMatchObject({ optional: true, fix: { command: 'nomadctl tools install terraform', automatic: false } });
    expect(line('redis-server')).toMatchObject({ found: 'nothing', ok: false, optional: true });
    expect(text).toContain('Everything required is there.');
    expect(text).toContain('optional  Packer: nomadctl tools install packer');
  });

  test.skipIf(process.platform !== 'linux')('the emulator says what its machines need', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'iptables-restore'), '#!/bin/sh\n');
    await writeProgram(join(bin, 'apt-get'), '#!/bin/sh\n');
    const { line } = await doctor(ctx);
    const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
    expect(line('emulator-debootstrap')).toMatchObject({
      found: 'nothing',
      ok: false,
      optional: true,
      fix: { command: `${sudo}apt-get install debootstrap`, automatic: false },
    });
    expect(line('emulator-iptables')).toMatchObject({ ok: true });
    expect(line('emulator-iptables')?.found).toContain(join(bin, 'iptables-restore'));
    expect(line('docker')).toMatchObject({ neededFor: 'jobs with driver docker, emulator --machines docker' });
  });

  test('versions that are there are shown', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFakeGo(bin);
    await writeProgram(join(bin, 'redis-server'), '#!/bin/sh\necho "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"\n');
    await writeProgram(join(bin, 'redis-cli'), '#!/bin/sh\necho "redis-cli 7.0.15"\n');
    await writeProgram(join(bin, 'docker'), '#!/bin/sh\n[ "$1" = version ] && exit 1\necho "Docker version 28.2.2, build e6534b4"\n');
    const { line } = await doctor(ctx);
    expect(line('go')).toMatchObject({ found: `1.26.8, ${join(bin, 'go')}`, ok: true });
    expect(line('redis-server')).toMatchObject({ found: `7.0.15, ${join(bin, 'redis-server')}`, ok: true });
    expect(line('redis-cli')).toMatchObject({ ok: true });
    expect(line('docker')).toMatchObject({
      found: `28.2.2, ${join(bin, 'docker')}; its daemon does not answer`,
      ok: false,
      optional: true,
    });
  });
});

describe('something required is missing', () => {
  test('exit 3 with the command that gets it', async () => {
    const { ctx } = await createToolWorld();
    const { exitCode, line, text, next } = await doctor(ctx);
    expect(exitCode).toBe(3);
    expect(line('consul')).toMatchObject({
      found: 'nothing',
      ok: false,
      fix: { command: 'nomadctl tools install consul', automatic: true },
    });
    expect(text).toContain('Missing: Consul, Nomad');
    expect(next).toEqual('nomadctl doctor --fix');
  });

  test('a program that is too old or prints nonsense is named', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'consul'), versionScript('consul', '1.1.0'));
    await writeProgram(join(bin, 'nomad'), '#!/bin/sh\necho hello\n');
    const { line, text } = await doctor(ctx);
    expect(line('consul')?.found).toBe('none that will do');
    expect(text).toContain(`consul 1.1.0 at ${join(bin, 'consul')} is not used: older than 1.18.0`);
    expect(text).toContain(`${join(bin, 'nomad')} is not used: asked for its version it printed "hello"`);
  });

  test('a cluster file with mistakes is a finding of its own', async () => {
    const world = await createToolWorld();
    await withAgents(world);
    const { file } = world.ctx.paths.cluster('dev');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'version: 1\nname: dev\ntarget: local\nserverz: 3\n');
    const { exitCode, line } = await doctor(world.ctx);
    expect(exitCode).toBe(3);
    expect(line('cluster-file')?.found).toContain('serverz');
  });
});

describe('--fix', () => {
  /** Installs a redis-server, as the real one would. */
  async function fakeApt({ bin }: ToolWorld): Promise<void> {
    const redis = '#!/bin/sh\\necho "Redis server v=7.0.15"\\n';
    await writeProgram(
      join(bin, 'apt-get'),
      `#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> ${bin}/apt.log
[ "$1" = install ] || exit 0
for name in redis-server redis-cli; do printf '${redis}' > ${bin}/$name; chmod 755 ${bin}/$name; done
`,
    );
    await writeProgram(join(bin, 'sudo'), '#!/bin/sh\nshift\nexec "$@"\n');
  }

  test('installs our tools without asking', async () => {
    const world = await createToolWorld({ NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' });
    await writeProgram(join(world.bin, 'nomad'), versionScript('nomad', pinned.nomad));
    await writeFakeGo(world.bin);
    const { exitCode, line } = await doctor(world.ctx, { fix: true });
    expect(exitCode).toBe(0);
    expect(line('consul')).toMatchObject({ ok: true, found: `${pinned.consul}, ${installedPath(world.ctx, 'consul', pinned.consul)}` });
  });

  test('asks once before it installs a system package', async () => {
    const world = await createToolWorld();
    await withAgents(world);
    await fakeApt(world);
    const asking = await createTestContext({ env: world.ctx.env, home: world.ctx.paths.home, answers: [true] });
    const { line } = await doctor(asking, { fix: true });
    expect(asking.recorded.questions).toHaveLength(1);
    expect(asking.recorded.questions[0]?.message).toContain('apt-get install redis-server');
    expect(line('redis-server')).toMatchObject({ ok: true });
    expect(await readFile(join(world.bin, 'apt.log'), 'utf8')).toBe(
      'noninteractive update\nnoninteractive install -y --no-install-recommends redis-server\n',
    );
  });

  test('does nothing that was declined', async () => {
    const world = await createToolWorld();
    await withAgents(world);
    await fakeApt(world);
    const asking = await createTestContext({ env: world.ctx.env, home: world.ctx.paths.home, answers: [false] });
    expect((await doctor(asking, { fix: true })).line('redis-server')).toMatchObject({ ok: false });
    await expect(readFile(join(world.bin, 'apt.log'))).rejects.toThrow();
  });

  test('--yes agrees', async () => {
    const world = await createToolWorld();
    await withAgents(world);
    await fakeApt(world);
    const agreed = { ...world.ctx, global: { ...world.ctx.global, yes: true } };
    expect((await doctor(agreed, { fix: true })).line('redis-server')).toMatchObject({ ok: true });
  });

  test('gets a compiler first where Nomad must be built, and builds Consul meanwhile', async () => {
    const world = await createToolWorld({ NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' });
    await writeFakeGo(world.bin);
    await writeProgram(
      join(world.bin, 'apt-get'),
      `#!/bin/sh
[ "$1" = install ] || exit 0
until grep -q ' build ' ${world.bin}/go.log; do sleep 0.05; done
echo "apt $*" >> ${world.bin}/go.log
printf '#!/bin/sh\\n' > ${world.bin}/gcc; chmod 755 ${world.bin}/gcc
`,
    );
    await writeProgram(join(world.bin, 'grep'), '#!/bin/sh\nexec /bin/grep "$@"\n');
    await writeProgram(join(world.bin, 'sudo'), '#!/bin/sh\nshift\nexec "$@"\n');
    const agreed = { ...world.ctx, global: { ...world.ctx.global, yes: true } };
    const before = await doctor(agreed, {});
    expect(before.line('compiler')).toMatchObject({ ok: false, fix: { automatic: true } });
    expect(before.line('compiler')?.optional).toBeUndefined();
    expect(before.text).toContain('Nomad has to be built here, partly from C: 127.0.0.1:1 did not answer');
    // The fake Go makes a Consul of everything, which ends Nomad's installation; what matters is the order.
    await doctor(agreed, { fix: true, only: 'consul,nomad,compiler' } as never).catch(() => undefined);
    const log = (await readFile(join(world.bin, 'go.log'), 'utf8')).split('\n');
    const at = (part: string) => log.findIndex((line) => line.includes(part));
    expect(at('github.com/hashicorp/consul')).toBeGreaterThan(-1);
    expect(at('github.com/hashicorp/consul')).toBeLessThan(at('apt install'));
    expect(at('apt install')).toBeLessThan(log.findIndex((line) => line.includes(' build ') && line.endsWith('hashicorp/nomad')));
  });

  test('--only looks at some, and refuses what it does not know', async () => {
    const world = await createToolWorld();
    await withAgents(world);
    const only = (ids: string) => doctor(world.ctx, { only: ids } as never);
    expect((await only('consul,redis-server')).data).toMatchObject({
      ok: true,
      findings: [{ id: 'consul' }, { id: 'redis-server', ok: false }],
    });
    await expect(only('consul,redis')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('doctor knows no "redis"') });
  });

  test('where nobody can be asked, says so before anything is changed', async () => {
    const world = await createToolWorld({ NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' });
    await fakeApt(world);
    await writeFakeGo(world.bin);
    await expect(doctor(world.ctx, { fix: true })).rejects.toMatchObject({ exitCode: 4, next: 'run the same command again with --yes' });
    await expect(readFile(join(world.bin, 'go.log'), 'utf8')).resolves.not.toContain('build');
  });

  test('--plan lists the commands and changes nothing', async () => {
    const world = await createToolWorld();
    await fakeApt(world);
    const result = await doctor(world.ctx, { fix: true, plan: true });
    expect(result.text).toContain('nomadctl tools install consul');
    expect(result.text).toContain('apt-get install redis-server');
    await expect(readFile(join(world.bin, 'apt.log'))).rejects.toThrow();
  });
});
