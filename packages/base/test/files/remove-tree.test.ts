import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeTree } from '../../src/files/remove-tree.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

const never = new AbortController().signal;

async function tree(files: number): Promise<{ home: string; folder: string }> {
  const home = await tempHome();
  const folder = join(home, 'data');
  for (const name of ['a', 'b', join('b', 'c')]) {
    await mkdir(join(folder, name), { recursive: true });
    await Promise.all(Array.from({ length: files }, (_, index) => writeFile(join(folder, name, String(index)), '')));
  }
  return { home, folder };
}

describe('removeTree', () => {
  it('removes everything, and what is not there is fine', async () => {
    const { folder } = await tree(100);
    await removeTree(folder, never);
    expect(existsSync(folder)).toBe(false);
    await removeTree(folder, never);
  });

  it('takes a link away, never what it points at', async () => {
    const { home, folder } = await tree(1);
    await mkdir(join(home, 'own'));
    await writeFile(join(home, 'own', 'file'), 'kept');
    await symlink(join(home, 'own'), join(folder, 'link'));
    await removeTree(folder, never);
    expect(await readFile(join(home, 'own', 'file'), 'utf8')).toBe('kept');
  });

  it('ends when it is told to, and the next one goes on', async () => {
    const { folder } = await tree(500);
    const stop = new AbortController();
    const removing = removeTree(folder, stop.signal);
    stop.abort(new Error('enough'));
    await expect(removing).rejects.toThrow('enough');
    expect(existsSync(folder)).toBe(true);
    await removeTree(folder, never);
    expect(existsSync(folder)).toBe(false);
  });

  it('says which path would not go', async () => {
    const { folder } = await tree(1);
    await expect(removeTree(join(folder, 'a', '0'), never)).rejects.toMatchObject({ code: 'ENOTDIR', path: join(folder, 'a', '0') });
  });
});
