import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { serveFiles } from '../../../../src/mirror/serve-files.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { zipFile } from '../../../helpers/zip-file.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const packer = join(root, 'templates', 'packer');
const shellcheck = requireTool('shellcheck');
const canFetch = requireTool('curl') !== undefined && requireTool('unzip') !== undefined;

async function scripts(): Promise<string[]> {
  const names = (await readdir(join(packer, 'scripts'))).map((name) => join(packer, 'scripts', name));
  return [...names, join(packer, 'host', 'lib.sh'), join(packer, 'host', 'prepare-data-disk')];
}

/** What the tests of the dnf family run on a host. */
const standIn = join(root, 'test', 'fixtures', 'el9-stand-in.sh');

test.skipIf(shellcheck === undefined)('shellcheck has nothing to say', async () => {
  const found = spawnSync(shellcheck ?? '', ['-x', `--source-path=${root}`, ...(await scripts()), standIn], { encoding: 'utf8' });
  expect([found.stdout, found.status]).toEqual(['', 0]);
});

test('every script stops at the first failure', async () => {
  for (const path of await scripts()) {
    if (path.endsWith('lib.sh')) continue;
    const text = await readFile(path, 'utf8');
    expect([path, text.split('\n').find((line) => !line.startsWith('#'))]).toEqual([path, 'set -euo pipefail']);
    expect(text).toMatch(/^#!\/bin\/bash\n/);
  }
});

test('every unit and program that a script installs is there', async () => {
  const names = new Set(await readdir(join(packer, 'host')));
  for (const path of await scripts()) {
    const used = [...(await readFile(path, 'utf8')).matchAll(/\$BUILD_DIR\/([\w.-]+)"/g)].map(([, name = '']) => name);
    for (const name of used.filter((word) => !word.includes('$'))) expect([path, names.has(name)]).toEqual([path, true]);
  }
  for (const role of ['server', 'client']) expect(names.has(`nomad-${role}.service`)).toBe(true);
});

/** Functions of lib.sh. Without --norc bash takes Node's pipe for a connection from elsewhere, and reads the user's settings. */
function shell(script: string, env: Readonly<Record<string, string>> = {}): { code: number | null; text: string } {
  const found = spawnSync('bash', ['--norc', '-c', `set -euo pipefail\n. ${packer}/host/lib.sh\nsleep() { :; }\n${script}`], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { code: found.status, text: found.stdout + found.stderr };
}

/** The first 20 bytes tell: class, order, machine. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  Buffer.from('7f454c46020101', 'hex').copy(header);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  return header;
}

describe('lib.sh', () => {
  test('tells a program for x86-64 from one for ARM, and from none', async () => {
    const folder = await tempHome();
    const files = { amd64: elf(62), arm64: elf(183), text: Buffer.from('#!/bin/sh\n'), empty: Buffer.alloc(0) };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const judge = (name: string) =>
      shell(`is_program_for_this_host ${folder}/${name} && echo yes || echo no`).text.trim().split('\n').at(-1);
    expect(Object.keys(files).map(judge)).toEqual(['yes', 'no', 'no', 'no']);
  });

  test.skipIf(!canFetch)('checks the sum of what it downloads, and gives up a server that is not there', async () => {
    const folder = await tempHome();
    await writeFile(join(folder, 'file'), 'content');
    const server = await serveFiles({ root: folder, host: '127.0.0.1', port: 0 });
    const sum = createHash('sha256').update('content').digest('hex');
    const url = `http://127.0.0.1:${server.port}/file`;
    const run = (script: string) =>
      new Promise<{ code: number | null; text: string }>((resolve) => {
        // Not in step with us: the server answers from this very process.
        execFile(
          'bash',
          ['--norc', '-c', `set -euo pipefail\n. ${packer}/host/lib.sh\nsleep() { :; }\n${script}`],
          { env: { PATH: process.env['PATH'] } },
          (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
        );
      });
    try {
      expect((await run(`download ${url} ${folder}/got ${sum}`)).code).toBe(0);
      expect(await readFile(join(folder, 'got'), 'utf8')).toBe('content');
      expect(await run(`download ${url} ${folder}/got ${'0'.repeat(64)}`)).toMatchObject({ code: 1, text: expect.stringContaining(sum) });
      expect(await run(`download ${url}-not ${folder}/got`)).toMatchObject({
        code: 1,
        text: expect.stringMatching(/attempt 5 of 5[\s\S]*gave up/),
      });
    } finally {
      await server.close();
    }
  });
});

describe.skipIf(!canFetch)('plugins.sh', () => {
  interface World {
    readonly folder: string;
    put(line: string): Promise<{ code: number; text: string }>;
    readonly url: string;
  }

  /** The script with its own /plugin, which the real one has at the root of the host. */
  async function world(files: Readonly<Record<string, Buffer>>, work: (world: World) => Promise<void>): Promise<void> {
    const folder = await tempHome();
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const text = (await readFile(join(packer, 'scripts', 'plugins.sh'), 'utf8'))
      .replaceAll('/plugin', `${folder}/plugin`)
      .replace('/var/tmp/nomadctl-build', join(packer, 'host'));
    await writeFile(join(folder, 'plugins.sh'), text);
    const server = await serveFiles({ root: folder, host: '127.0.0.1', port: 0 });
    const put = (line: string) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        const env = { PATH: process.env['PATH'], PLUGINS: line };
        execFile('bash', ['--norc', join(folder, 'plugins.sh')], { env }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
        );
      });
    try {
      await work({ folder, put, url: `http://127.0.0.1:${server.port}` });
    } finally {
      await server.close();
    }
  }

  test('takes an archive and a plain program, whatever they are called', async () => {
    const zipped = zipFile([{ name: 'terraform-provider-ucloud_v1.39.2', content: elf(62) }]);
    await world({ 'a.bin': zipped, 'b.zip': elf(62) }, async ({ folder, put, url }) => {
      const sum = createHash('sha256').update(zipped).digest('hex');
      const line = `registry.terraform.io/ucloud/ucloud 1.39.2 ${url}/a.bin ${sum};registry.terraform.io/hashicorp/nomad 2.5.2 ${url}/b.zip`;
      expect(await put(line)).toMatchObject({ code: 0 });
      const found = execFileSync('find', [join(folder, 'plugin'), '-type', 'f', '-perm', '0755'], { encoding: 'utf8' });
      expect(found.trim().split('\n').sort()).toEqual([
        `${folder}/plugin/registry.terraform.io/hashicorp/nomad/2.5.2/linux_amd64/terraform-provider-nomad_v2.5.2`,
        `${folder}/plugin/registry.terraform.io/ucloud/ucloud/1.39.2/linux_amd64/terraform-provider-ucloud_v1.39.2`,
      ]);
    });
  });

  test('refuses a program for another processor', async () => {
    await world({ arm: elf(183) }, async ({ put, url }) => {
      expect(await put(`registry.terraform.io/ucloud/ucloud 1.0.0 ${url}/arm`)).toMatchObject({
        code: 1,
        text: expect.stringContaining('is not for x86-64 Linux'),
      });
    });
  });

  test('has nothing to do without any', async () => {
    await world({}, async ({ put }) => expect(await put('')).toEqual({ code: 0, text: '' }));
  });
});

describe('packages.sh, a mirror of packages', () => {
  /** The sources that the script would leave behind, on a system that is not this one. It may run again. */
  async function rewritten(family: 'apt' | 'dnf', before: string, mirror: string, name = 'rocky.repo'): Promise<string> {
    const folder = await tempHome();
    await mkdir(join(folder, 'etc', 'yum.repos.d'), { recursive: true });
    await mkdir(join(folder, 'etc', 'apt', 'sources.list.d'), { recursive: true });
    await mkdir(join(folder, 'bin'));
    for (const name of [family === 'apt' ? 'apt-get' : 'dnf', 'curl']) {
      await writeFile(join(folder, 'bin', name), '#!/bin/sh\nexit 0\n');
      await chmod(join(folder, 'bin', name), 0o755);
    }
    for (const name of ['bash', 'sed', 'rm', 'env', 'cat']) await copyFile(`/bin/${name}`, join(folder, 'bin', name));
    const file = family === 'apt' ? join(folder, 'etc/apt/sources.list') : join(folder, 'etc/yum.repos.d', name);
    await writeFile(file, before);
    await writeFile(join(folder, 'etc', 'os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
    const text = (await readFile(join(packer, 'scripts', 'packages.sh'), 'utf8'))
      .replaceAll('/etc/', `${folder}/etc/`)
      .replace('/var/tmp/nomadctl-build', join(packer, 'host'));
    await writeFile(join(folder, 'packages.sh'), text);
    for (let times = 0; times < 2; times++) {
      execFileSync(join(folder, 'bin', 'bash'), [join(folder, 'packages.sh')], {
        env: { PATH: join(folder, 'bin'), PACKAGE_MIRROR: mirror },
        stdio: 'pipe',
      });
    }
    return readFile(file, 'utf8');
  }

  test('Debian gets all of its parts from there', async () => {
    expect(await rewritten('apt', 'deb http://deb.debian.org/debian bookworm main\n', 'http://mirror.example/')).toBe(
      'deb http://mirror.example/debian bookworm main\ndeb http://mirror.example/debian bookworm-updates main\ndeb http://mirror.example/debian-security bookworm-security main\n',
    );
  });

  test('Debian is left alone without one', async () => {
    expect(await rewritten('apt', 'deb http://deb.debian.org/debian bookworm main\n', '')).toBe(
      'deb http://deb.debian.org/debian bookworm main\n',
    );
  });

  // The lines of their own files, and those of a cloud that had put its mirror there already.
  test.each([
    [
      'rocky.repo',
      [
        'mirrorlist=https://mirrors.rockylinux.org/mirrorlist?arch=$basearch&repo=BaseOS-$releasever$rltype',
        '#baseurl=http://dl.rockylinux.org/$contentdir/$releasever/BaseOS/$basearch/os/',
      ],
      '$releasever/BaseOS/$basearch/os/',
    ],
    [
      'almalinux-baseos.repo',
      [
        'mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/baseos',
        '# baseurl=https://repo.almalinux.org/almalinux/$releasever/BaseOS/$basearch/os/',
      ],
      '$releasever/BaseOS/$basearch/os/',
    ],
    ['Rocky-BaseOS.repo', ['baseurl=http://mirrors.cloud.example/rockylinux/9/BaseOS/$basearch/os/'], '9/BaseOS/$basearch/os/'],
    ['rocky-addons.repo', ['baseurl=http://dl.example/vault/rocky/9.5/NFV/$basearch/os/'], '9.5/NFV/$basearch/os/'],
    [
      'CentOS-Base.repo',
      [
        'mirrorlist=http://mirrorlist.centos.org/?release=$releasever&arch=$basearch&repo=os&infra=$infra',
        '#baseurl=http://mirror.centos.org/centos/$releasever/os/$basearch/',
      ],
      '$releasever/os/$basearch/',
    ],
  ])('%s gets its parts from there', async (name, lines, path) => {
    const before = ['[baseos]', ...lines, 'gpgcheck=1', ''];
    const kept = lines.filter((line) => line.startsWith('mirrorlist')).map((line) => `#${line}`);
    const after = ['[baseos]', ...kept, `baseurl=http://mirror.example/rockylinux/${path}`, 'gpgcheck=1', ''];
    expect(await rewritten('dnf', before.join('\n'), 'http://mirror.example/rockylinux/', name)).toBe(after.join('\n'));
  });

  test('a system whose files are not known is refused, rather than asked elsewhere', async () => {
    await expect(rewritten('dnf', '[base]\nmetalink=https://elsewhere.example/\n', 'http://mirror.example', 'other.repo')).rejects.toThrow(
      'packageMirror cannot be put into it',
    );
  });

  test('dnf is left alone without one', async () => {
    expect(await rewritten('dnf', '[baseos]\nmirrorlist=https://elsewhere.example/\n', '')).toBe(
      '[baseos]\nmirrorlist=https://elsewhere.example/\n',
    );
  });
});
