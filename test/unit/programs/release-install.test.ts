import { randomBytes } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { ensureTool, type EnsuredTool } from '../../../src/programs/ensure-tool.js';
import { partialFile } from '../../../src/programs/tool-folder.js';
import { pinned } from '../../helpers/pinned.js';
import { createReleaseKey, signDetached, type ReleaseKey } from '../../helpers/release-key.js';
import {
  programArchive,
  publishRelease,
  startReleaseServer,
  versionScript,
  type PublishedRelease,
  type ReleaseServer,
} from '../../helpers/release-server.js';
import { createToolWorld } from '../../helpers/tool-context.js';
import { zipFile, type ZipEntry } from '../../helpers/zip-file.js';

interface World {
  readonly ctx: Context;
  readonly server: ReleaseServer;
  readonly key: ReleaseKey;
  readonly published: PublishedRelease;
  readonly said: string[];
  install(): Promise<EnsuredTool>;
}

async function world(archive?: Buffer, env: Readonly<Record<string, string>> = {}): Promise<World> {
  const [server, key] = await Promise.all([startReleaseServer(), createReleaseKey()]);
  const { ctx } = await createToolWorld({ NOMADCTL_RELEASES_URL: server.url, ...env });
  const published = await publishRelease(server, { tool: 'consul', version: pinned.consul, key, ...(archive ? { archive } : {}) });
  const said: string[] = [];
  const install = () => ensureTool(ctx, 'consul', { trusted: key.trusted, report: (text) => said.push(text) });
  return { ctx, server, key, published, said, install };
}

/** Every file below the tools folder, without the lock's folder. */
async function filesIn(ctx: Context): Promise<string[]> {
  const entries = await readdir(ctx.paths.tools, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(ctx.paths.tools.length + 1));
}

test('a release is downloaded, checked and installed', async () => {
  const { ctx, install, said, server, published } = await world();
  const tool = await install();
  expect(tool).toMatchObject({ version: pinned.consul, source: 'installed', origin: 'release', installed: true });
  expect(tool.path).toBe(join(ctx.paths.tools, 'consul', pinned.consul, 'consul'));
  expect((await stat(tool.path)).mode & 0o777).toBe(0o755);
  expect(await readFile(tool.path, 'utf8')).toBe(versionScript('consul', pinned.consul));
  expect(await filesIn(ctx)).toEqual([join('consul', pinned.consul, 'consul'), join('consul', pinned.consul, 'origin')]);
  expect(said.some((text) => /^\[#{20}\] 0\.0 of 0\.0 MB, \d+\.\d MB\/s$/.test(text))).toBe(true);
  expect(server.requests.filter((line) => line.includes('.zip'))).toEqual([`GET ${published.archive}`]);
  const before = server.requests.length;
  expect(await install()).toMatchObject({ installed: false, origin: 'release' });
  expect(server.requests).toHaveLength(before);
});

describe('nothing is installed', () => {
  async function refused({ ctx, install }: World): Promise<Error & { why: string[]; code: string }> {
    const failure = (await install().then(
      () => undefined,
      (error: unknown) => error,
    )) as Error & { why: string[]; code: string; exitCode: number };
    expect(failure).toBeInstanceOf(Error);
    expect(failure.exitCode).toBe(1);
    expect((await filesIn(ctx)).filter((file) => !file.startsWith('.partial'))).toEqual([]);
    expect(await readdir(join(ctx.paths.tools, '.locks'))).toEqual([]);
    return failure;
  }

  test('when the sum is wrong', async () => {
    const at = await world();
    at.server.files.set(at.published.archive, programArchive('consul', '1.22.1'));
    const failure = await refused(at);
    expect(failure.code).toBe('sum-wrong');
    expect(failure.message).toContain(`consul_${pinned.consul}_linux_amd64.zip`);
    expect(await filesIn(at.ctx)).toEqual([]);
  });

  test('when the list of sums was changed', async () => {
    const at = await world();
    at.server.files.set(at.published.sums, Buffer.from(String(at.server.files.get(at.published.sums)).replace(/[1-9a-f]/, '0')));
    expect((await refused(at)).code).toBe('signature-invalid');
  });

  test('when somebody else signed', async () => {
    const at = await world();
    const sums = String(at.server.files.get(at.published.sums));
    at.server.files.set(at.published.signature, await signDetached(sums, await createReleaseKey()));
    expect((await refused(at)).code).toBe('signature-invalid');
    expect(at.server.requests.some((line) => line.includes('.zip'))).toBe(false);
  });

  test('when a web page comes instead of everything', async () => {
    const at = await world();
    at.server.intercept = (_, response) => (response.end('<html>please log in</html>'), true);
    expect((await refused(at)).code).toBe('signature-invalid');
  });

  test('when the connection always breaks in the middle; what arrived is kept', async () => {
    const at = await world(
      zipFile([
        { name: 'consul', content: versionScript('consul', pinned.consul) },
        { name: 'padding', content: randomBytes(300_000) },
      ]),
    );
    at.server.intercept = (request, response) => {
      if (request.url !== at.published.archive || request.headers.range) return request.headers.range ? (response.destroy(), true) : false;
      const whole = at.server.files.get(at.published.archive) ?? Buffer.alloc(0);
      response
        .writeHead(200, { 'content-length': whole.length })
        .write(whole.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 100));
      return true;
    };
    const failure = await refused(at);
    expect(failure.code).toBe('download-truncated');
    expect(failure.why[1]).toBe('nothing was installed; the 0.1 MB that arrived are kept');
    expect((await stat(partialFile(at.ctx, `consul_${pinned.consul}_linux_amd64.zip`))).size).toBe(100_000);
  });

  const program = { name: 'consul', content: versionScript('consul', pinned.consul) };
  test.each<[string, readonly ZipEntry[], string]>([
    ['has no such program', [{ name: 'nomad', content: 'x' }], 'there is no consul in it'],
    ['has a path outside', [program, { name: '../../evil', content: 'x' }], 'invalid relative path'],
    ['has an absolute path', [program, { name: '/etc/evil', content: 'x' }], 'absolute path'],
    ['has a link', [program, { name: 'link', content: '/etc/passwd', mode: 0o120777 }], 'its entry "link" is a link'],
    ['has a link as the program', [{ name: 'consul', content: '/bin/sh', mode: 0o120777 }], 'its entry "consul" is a link'],
  ])('when the archive %s', async (_, entries, why) => {
    const at = await world(zipFile(entries));
    const failure = await refused(at);
    expect(failure.code).toBe('archive-bad');
    expect(failure.why[0]).toContain(why);
  });

  test('when the signed archive is no zip', async () => {
    const at = await world(Buffer.from('this is no archive'));
    expect((await refused(at)).code).toBe('archive-bad');
  });

  test('when the signed archive is only half a zip', async () => {
    const whole = programArchive('consul', pinned.consul);
    const at = await world(whole.subarray(0, whole.length / 2));
    expect((await refused(at)).code).toBe('archive-bad');
  });

  test('when the program is another version than its name says', async () => {
    const at = await world(programArchive('consul', '1.21.0'));
    const failure = await refused(at);
    expect(failure).toMatchObject({ code: 'tool-wrong', why: ['it says that it is 1.21.0', 'nothing was installed'] });
  });

  test('when the program is damaged inside the archive', async () => {
    const at = await world(zipFile([{ name: 'consul', content: '\u007fELF nonsense' }]));
    expect((await refused(at)).code).toBe('tool-wrong');
  });
});

describe('a download goes on where it stopped', () => {
  const large = () =>
    zipFile([
      { name: 'consul', content: versionScript('consul', pinned.consul) },
      { name: 'padding', content: randomBytes(300_000) },
    ]);

  async function leave(at: World, content: Buffer): Promise<void> {
    const file = partialFile(at.ctx, `consul_${pinned.consul}_linux_amd64.zip`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  test('in the next run', async () => {
    const archive = large();
    const at = await world(archive);
    await leave(at, archive.subarray(0, 200_000));
    await at.install();
    expect(at.server.requests.filter((line) => line.includes('.zip'))).toEqual([`GET ${at.published.archive} bytes=200000-`]);
  });

  test('in the same run, when the connection breaks', async () => {
    const archive = large();
    const at = await world(archive);
    let broken = false;
    at.server.intercept = (request, response) => {
      if (request.url !== at.published.archive || broken) return false;
      broken = true;
      response
        .writeHead(200, { 'content-length': archive.length })
        .write(archive.subarray(0, 150_000), () => setTimeout(() => response.destroy(), 100));
      return true;
    };
    expect(await at.install()).toMatchObject({ installed: true });
    expect(at.server.requests.filter((line) => line.includes('.zip'))).toEqual([
      `GET ${at.published.archive}`,
      `GET ${at.published.archive} bytes=150000-`,
    ]);
  });

  test('when all of it was there already', async () => {
    const archive = large();
    const at = await world(archive);
    await leave(at, archive);
    expect(await at.install()).toMatchObject({ installed: true });
  });

  test('and starts anew when what was left is of another file', async () => {
    const archive = large();
    const at = await world(archive);
    await leave(at, Buffer.alloc(200_000, 'x'));
    expect(await at.install()).toMatchObject({ installed: true });
    expect(at.server.requests.filter((line) => line.includes('.zip'))).toEqual([
      `GET ${at.published.archive} bytes=200000-`,
      `GET ${at.published.archive}`,
    ]);
  });

  test('and when what was left is longer than the file', async () => {
    const archive = large();
    const at = await world(archive);
    await leave(at, Buffer.alloc(archive.length + 5, 'x'));
    expect(await at.install()).toMatchObject({ installed: true });
  });

  test('from a server that knows no ranges', async () => {
    const archive = large();
    const at = await world(archive);
    await leave(at, archive.subarray(0, 200_000));
    at.server.intercept = (request, response) => (request.url === at.published.archive ? (response.end(archive), true) : false);
    expect(await at.install()).toMatchObject({ installed: true });
  });
});

test('a mirror may lie under a path and redirect', async () => {
  const at = await world();
  at.server.intercept = (request, response) => {
    if (!request.url?.startsWith('/mirror/')) return false;
    response.writeHead(302, { location: request.url.replace('/mirror', '') }).end();
    return true;
  };
  const ctx = { ...at.ctx, env: { ...at.ctx.env, NOMADCTL_RELEASES_URL: `${at.server.url}/mirror/` } };
  expect(await ensureTool(ctx, 'consul', { trusted: at.key.trusted, report: () => undefined })).toMatchObject({ installed: true });
});

test('proxies in the environment are used', async () => {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(request.url ?? '');
    request.pipe(
      httpRequest(request.url ?? '', { method: request.method, headers: request.headers }, (answer) =>
        answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)),
      ),
    );
  });
  proxy.on('connect', (request, socket) => {
    seen.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(
      Number(port),
      host,
      () => void (socket.write('HTTP/1.1 200 OK\r\n\r\n'), upstream.pipe(socket).pipe(upstream)),
    );
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void (proxy.close(), proxy.closeAllConnections()));
  const at = await world(undefined, { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  await at.install();
  expect(seen.some((url) => url.includes(new URL(at.server.url).host))).toBe(true);
});

describe('a server that is not there', () => {
  const install = (ctx: Context, from?: 'release') => ensureTool(ctx, 'terraform', { report: () => undefined, ...(from ? { from } : {}) });

  test.each([
    ['refuses', 'http://127.0.0.1:1', /127\.0\.0\.1:1 did not answer: .*ECONNREFUSED/],
    ['has no name', 'http://releases.invalid', /releases\.invalid did not answer: .*(ENOTFOUND|EAI_AGAIN)/],
  ])('because it %s is said', async (_, url, why) => {
    const { ctx } = await createToolWorld({ NOMADCTL_RELEASES_URL: url });
    await expect(install(ctx)).rejects.toMatchObject({
      code: 'tool-not-installable',
      exitCode: 3,
      why: [expect.stringMatching(why), 'from source: Go 1.25.3 or newer is needed to build terraform 1.11.4 (no go on PATH)'],
    });
  });

  test('is the end of it with --from release', async () => {
    const { ctx } = await createToolWorld({ NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' });
    await expect(install(ctx, 'release')).rejects.toMatchObject({ code: 'release-unavailable', exitCode: 1 });
  });

  test('or has no such version', async () => {
    const server = await startReleaseServer();
    const { ctx } = await createToolWorld({ NOMADCTL_RELEASES_URL: server.url });
    await expect(install(ctx)).rejects.toMatchObject({
      why: [expect.stringContaining('answered 404 for /terraform/1.11.4/'), expect.anything()],
    });
  });

  test('or accepts and then says nothing', { timeout: 20_000 }, async () => {
    const server = await startReleaseServer();
    server.intercept = () => true;
    const { ctx } = await createToolWorld({ NOMADCTL_RELEASES_URL: server.url });
    await expect(install(ctx)).rejects.toMatchObject({ code: 'tool-not-installable' });
  });
});

test.each(['not an address', 'ftp://mirror', 'mirror.example'])('an address such as "%s" is refused', async (url) => {
  const { ctx } = await createToolWorld({ NOMADCTL_RELEASES_URL: url });
  await expect(ensureTool(ctx, 'consul', { report: () => undefined })).rejects.toMatchObject({ code: 'releases-url-invalid', exitCode: 2 });
});

test('a processor without a release is named', async () => {
  const at = await world();
  const ctx = { ...at.ctx, arch: 'riscv64' };
  await expect(ensureTool(ctx, 'consul', { trusted: at.key.trusted, from: 'release', report: () => undefined })).rejects.toMatchObject({
    why: [`consul_${pinned.consul}_SHA256SUMS does not list consul_${pinned.consul}_linux_riscv64.zip`],
  });
});

test('Ctrl-C in the middle of a download keeps what arrived, and installs nothing', async () => {
  const archive = zipFile([
    { name: 'consul', content: versionScript('consul', pinned.consul) },
    { name: 'padding', content: randomBytes(300_000) },
  ]);
  const at = await world(archive);
  const abort = new AbortController();
  const ctx = { ...at.ctx, signal: abort.signal };
  at.server.intercept = (request, response) => {
    if (request.url !== at.published.archive || request.headers.range) return false;
    response
      .writeHead(200, { 'content-length': archive.length })
      .write(archive.subarray(0, 100_000), () => setTimeout(() => abort.abort(new Error('stop here')), 200));
    return true;
  };
  await expect(ensureTool(ctx, 'consul', { trusted: at.key.trusted, report: () => undefined })).rejects.toThrow('stop here');
  expect(await filesIn(at.ctx)).toEqual([join('.partial', `consul_${pinned.consul}_linux_amd64.zip.part`)]);
  expect(await at.install()).toMatchObject({ installed: true });
  expect(at.server.requests.at(-1)).toBe(`GET ${at.published.archive} bytes=100000-`);
});

describe('a tools folder that cannot be written', () => {
  test('is named before anything is downloaded', async () => {
    const at = await world();
    await mkdir(at.ctx.paths.home, { recursive: true });
    await writeFile(at.ctx.paths.tools, 'a file where the folder should be');
    await expect(at.install()).rejects.toMatchObject({
      code: 'not-writable',
      exitCode: 3,
      message: expect.stringContaining(at.ctx.paths.tools),
    });
    expect(at.server.requests).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))('because the disk is full is named as such', async () => {
    const at = await world();
    const file = partialFile(at.ctx, `consul_${pinned.consul}_linux_amd64.zip`);
    await mkdir(dirname(file), { recursive: true });
    await symlink('/dev/full', file);
    await expect(at.install()).rejects.toMatchObject({ code: 'disk-full', why: ['no space is left on the disk; nothing was installed'] });
  });
});
