import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempHome } from '../../../test/helpers/temp-home.js';
import { readIfThere } from '../src/read-if-there.js';

test('a file that is not there is nothing, one that cannot be read is an error', async () => {
  const home = await tempHome();
  await writeFile(join(home, 'there'), 'text');
  await mkdir(join(home, 'folder'));
  expect(await readIfThere(join(home, 'there'))).toBe('text');
  expect(await readIfThere(join(home, 'none'))).toBeUndefined();
  await expect(readIfThere(join(home, 'folder'))).rejects.toMatchObject({
    code: 'file-unreadable',
    next: `ls -ld ${join(home, 'folder')}`,
  });
});
