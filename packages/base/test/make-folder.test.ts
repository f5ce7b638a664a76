import { stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../src/make-folder.js';
import { tempHome } from '../../../test/helpers/temp-home.js';

describe('makeFolder', () => {
  it('makes what is missing, for the user alone', async () => {
    const path = join(await tempHome(), 'a', 'b', 'c');
    await makeFolder(path);
    await makeFolder(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
  });

  it('works when many make the same one', async () => {
    const home = await tempHome();
    await Promise.all(Array.from({ length: 20 }, (_, index) => makeFolder(join(home, 'x', 'y', String(index % 2)))));
    expect((await stat(join(home, 'x', 'y', '1'))).isDirectory()).toBe(true);
  });

  it('fails where a file is in the way', async () => {
    const file = join(await tempHome(), 'file');
    await writeFile(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(file, 'inside'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('ends where the folder above is a link to nowhere', async () => {
    const link = join(await tempHome(), 'link');
    await symlink('/nowhere/at/all', link);
    await expect(makeFolder(join(link, 'inside'))).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it.runIf(process.platform === 'linux')('ends where the file system denies that the folder above is there', async () => {
    await expect(makeFolder('/proc/nomadctl-test/inside')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
