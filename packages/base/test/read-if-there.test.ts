import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PrerequisiteError } from '../src/errors.js';
import { tempHome } from '../../../test/helpers/temp-home.js';
import { listIfThere, readBytesIfThere, readIfThere } from '../src/read-if-there.js';

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

test('bytes and folders are read by the same rule', async () => {
  const home = await tempHome();
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0xff]);
  await writeFile(join(home, 'there'), bytes);
  expect(new Uint8Array((await readBytesIfThere(join(home, 'there'))) ?? [])).toEqual(bytes);
  expect(await readBytesIfThere(join(home, 'none'))).toBeUndefined();
  expect((await listIfThere(home)).map(({ name }) => name)).toEqual(['there']);
  expect(await listIfThere(join(home, 'none'))).toEqual([]);
  await expect(readBytesIfThere(home, 'own-code')).rejects.toMatchObject({ code: 'own-code' });
  await expect(listIfThere(join(home, 'there'), 'own-code')).rejects.toMatchObject({
    code: 'own-code',
    next: `ls -ld ${join(home, 'there')}`,
  });
  const own = (cause: unknown) => new PrerequisiteError('no', { code: 'of-the-caller', cause });
  await expect(listIfThere(join(home, 'there'), own)).rejects.toMatchObject({ code: 'of-the-caller', exitCode: 3 });
});
