import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PrerequisiteError } from '../src/errors.js';
import { makeUserFolder } from '../src/user-folder.js';
import { tempHome } from '../../../test/helpers/temp-home.js';
import { thrown } from '../../../test/helpers/thrown.js';

const refused = (folder: string) => thrown(async () => makeUserFolder(folder));

describe('makeUserFolder', () => {
  it('makes it for the user alone, and takes the one that is there', async () => {
    const folder = join(await tempHome(), 'mine');
    makeUserFolder(folder);
    makeUserFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('refuses one that others may write to', async () => {
    const folder = join(await tempHome(), 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o770);
    expect(await refused(folder)).toMatchObject({ code: 'user-folder-foreign', exitCode: 3, why: ['others may write to it'] });
  });

  it('refuses a link, and a file', async () => {
    const home = await tempHome();
    symlinkSync(home, join(home, 'link'));
    writeFileSync(join(home, 'file'), '');
    for (const name of ['link', 'file'])
      expect(await refused(join(home, name))).toMatchObject({ code: 'user-folder-foreign', why: ['it is a link or a file'] });
  });

  it('says where it cannot be made', async () => {
    const file = join(await tempHome(), 'file');
    writeFileSync(file, '');
    const error = await refused(join(file, 'folder'));
    expect(error).toBeInstanceOf(PrerequisiteError);
    expect(error).toMatchObject({ code: 'not-writable' });
  });

  it.skipIf(process.getuid?.() !== 0)('refuses one that somebody else has made first', async () => {
    const folder = join(await tempHome(), 'theirs');
    mkdirSync(folder);
    chownSync(folder, 65534, 65534);
    expect(await refused(folder)).toMatchObject({ why: [expect.stringContaining('it belongs to user 65534')] });
  });
});
