import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../src/atomic-write.js';
import { tempHome } from '../../../test/helpers/temp-home.js';
import { canMount, tinyDisk } from '../../../test/helpers/tiny-disk.js';

test('makes private folders and a private file', async () => {
  const home = await tempHome();
  const path = join(home, 'a', 'b', 'file');
  await writeFileAtomic(path, 'content');
  expect(await readFile(path, 'utf8')).toBe('content');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(home, 'a'))).mode & 0o777).toBe(0o700);
});

test('replaces a file, and may leave it readable for others', async () => {
  const path = join(await tempHome(), 'file');
  await writeFile(path, 'old');
  await chmod(path, 0o600);
  await writeFileAtomic(path, 'new', 0o644);
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o644);
});

test('a reader always sees the whole of one version', async () => {
  const path = join(await tempHome(), 'file');
  const versions = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
  await writeFileAtomic(path, versions[0] ?? '');
  let writing = true;
  const reading = (async () => {
    while (writing) expect(versions).toContain(await readFile(path, 'utf8'));
  })();
  for (const version of versions) await writeFileAtomic(path, version);
  writing = false;
  await reading;
});

test('writers side by side leave one of their versions, and nothing else', async () => {
  const home = await tempHome();
  await Promise.all(Array.from({ length: 20 }, (_, index) => writeFileAtomic(join(home, 'file'), `version ${index}`)));
  expect(await readFile(join(home, 'file'), 'utf8')).toMatch(/^version \d+$/);
  expect(await readdir(home)).toEqual(['file']);
});

test('a failure leaves what was there, and no temporary file', async () => {
  const home = await tempHome();
  await mkdir(join(home, 'folder', 'full'), { recursive: true });
  await expect(writeFileAtomic(join(home, 'folder'), 'content')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await readdir(home)).toEqual(['folder']);
});

describe.skipIf(!canMount)('disks (needs root, to mount one)', () => {
  test('a full one keeps the old version', async () => {
    const { path: disk } = await tinyDisk();
    const path = join(disk, 'file');
    await writeFileAtomic(path, 'old');
    await expect(writeFileAtomic(path, 'x'.repeat(100_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(disk)).toEqual(['file']);
  });
});
