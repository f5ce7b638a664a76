import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { findProvider } from '../../../src/ucloud/images/find-providers.js';
import { lookUpFiles } from '../../../src/ucloud/images/look-up-files.js';
import { zipProgram } from '../../../packages/base/src/zip-program.js';
import { hasRelease } from '../../../src/mirror/mirror-layout.js';
import { putProvider } from '../../../src/mirror/put-provider.js';
import { putRelease } from '../../../src/mirror/put-release.js';
import { serveFiles } from '../../../src/mirror/serve-files.js';
import { unzipProgram } from '../../../src/programs/unzip-program.js';
import { writeFakeGo } from '../../helpers/fake-go.js';
import { pinned } from '../../helpers/pinned.js';
import { createReleaseKey } from '../../helpers/release-key.js';
import { publishRelease, startReleaseServer, versionScript } from '../../helpers/release-server.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const report = (): void => undefined;
const NOWHERE = { NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9' };

/** A program for x86-64 Linux, as far as its header tells. */
function elf(machine = 62): Buffer {
  const header = Buffer.alloc(64, 1);
  Buffer.from('7f454c460201', 'hex').copy(header);
  header.writeUInt16LE(machine, 18);
  return header;
}

test('a program that was packed comes out as it was, and twice the same', async () => {
  const folder = await tempHome();
  const content = Buffer.concat([elf(), Buffer.from('x'.repeat(100_000))]);
  await writeFile(join(folder, 'consul'), content);
  const zip = await zipProgram(join(folder, 'consul'), 'consul');
  await writeFile(join(folder, 'consul.zip'), zip);
  expect((await zipProgram(join(folder, 'consul'), 'consul')).equals(zip)).toBe(true);
  const { signal } = new AbortController();
  await unzipProgram(join(folder, 'consul.zip'), 'consul', { file: join(folder, 'out'), signal });
  expect((await readFile(join(folder, 'out'))).equals(content)).toBe(true);
});

test('the official release, where it can be had, as it was signed', async () => {
  const server = await startReleaseServer();
  const key = await createReleaseKey();
  const names = await publishRelease(server, { tool: 'consul', version: pinned.consul, key });
  const { ctx, folder } = await createToolWorld({ NOMADCTL_RELEASES_URL: server.url }, { arch: 'arm64', platform: 'darwin' });
  const request = { tool: 'consul', version: pinned.consul, root: join(folder, 'mirror'), report, trusted: key.trusted } as const;
  expect(await putRelease(ctx, request)).toBe('official release');
  const path = join(folder, 'mirror', 'consul', pinned.consul, `consul_${pinned.consul}_linux_amd64.zip`);
  expect((await readFile(path)).equals(server.files.get(names.archive) ?? Buffer.alloc(0))).toBe(true);
  expect(await hasRelease(request.root, 'consul', pinned.consul)).toBe(true);
  await writeFile(path, 'something else');
  expect(await hasRelease(request.root, 'consul', pinned.consul)).toBe(false);
});

test('else the program of this computer, if it is one for the hosts', async () => {
  const { ctx, bin, folder } = await createToolWorld(NOWHERE, { platform: 'darwin', arch: 'arm64' });
  const request = { tool: 'nomad', version: pinned.nomad, root: join(folder, 'mirror'), report } as const;
  expect(await thrown(() => putRelease(ctx, request))).toMatchObject({ code: 'mirror-no-source', exitCode: 3 });
  // A script says the right version, and is no program for other hosts.
  await writeProgram(join(bin, 'nomad'), versionScript('nomad', pinned.nomad));
  expect(await thrown(() => putRelease(ctx, request))).toMatchObject({
    why: [expect.anything(), expect.stringContaining('is no program for x86-64 Linux'), expect.anything()],
  });
});

test('else one that is built here, where that makes one for the hosts', async () => {
  const { ctx, bin, folder } = await createToolWorld(NOWHERE, { platform: 'linux', arch: 'x64' });
  const request = { tool: 'consul', version: pinned.consul, root: join(folder, 'mirror'), report } as const;
  expect(await thrown(() => putRelease(ctx, request))).toMatchObject({ code: 'mirror-no-source', exitCode: 3 });
  await writeFakeGo(bin);
  expect(await putRelease(ctx, request)).toBe('built from source');
  expect(await hasRelease(request.root, 'consul', pinned.consul)).toBe(true);
});

test("providers of terraform's folders, in the layout that builds look them up by", async () => {
  const { ctx, folder } = await createToolWorld(NOWHERE);
  const plugin = async (version: string, content: Buffer): Promise<void> => {
    const path = join(
      folder,
      '.terraform.d/plugins/registry.terraform.io/ucloud/ucloud',
      version,
      'linux_amd64',
      `terraform-provider-ucloud_v${version}`,
    );
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: 0o755 });
  };
  await plugin('1.9.0', elf());
  await plugin('1.39.2', Buffer.concat([elf(), Buffer.from('newest')]));
  await plugin('2.0.0', elf(183));
  const root = join(folder, 'mirror');
  const put = (version?: string) => putProvider(ctx, { name: 'ucloud/ucloud', version, root, report });
  expect([await put('1.39.2'), await put('1.9.0')]).toEqual(['1.39.2', '1.9.0']);
  expect(await thrown(() => put('2.0.0'))).toMatchObject({ code: 'provider-unfit' });
  expect(await thrown(() => put('3.0.0'))).toMatchObject({ code: 'mirror-no-provider' });

  const server = await serveFiles({ root, host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const mirror = `http://127.0.0.1:${server.port}/plugins/`;
  const find = (wanted: string) => lookUpFiles(ctx, (files) => findProvider(files, mirror, wanted));
  const archive = await readFile(
    join(root, 'plugins/registry.terraform.io/ucloud/ucloud/terraform-provider-ucloud_1.39.2_linux_amd64.zip'),
  );
  expect(await find('ucloud/ucloud')).toEqual({
    provider: {
      source: 'registry.terraform.io/ucloud/ucloud',
      version: '1.39.2',
      url: `${mirror}registry.terraform.io/ucloud/ucloud/terraform-provider-ucloud_1.39.2_linux_amd64.zip`,
      sha256: createHash('sha256').update(archive).digest('hex'),
    },
  });
  expect(await find('ucloud/ucloud@1.9.0')).toMatchObject({ provider: { version: '1.9.0' } });
  expect(await find('ucloud/ucloud@7.0.0')).toMatchObject({ missing: { answer: expect.stringContaining('lists no version 7.0.0') } });
  expect(await find('hashicorp/nomad')).toMatchObject({ missing: { found: false, answer: expect.stringContaining('answered 404') } });
});
