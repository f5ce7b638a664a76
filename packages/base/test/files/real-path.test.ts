import { mkdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realPath } from '../../src/files/real-path.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

describe('realPath', () => {
  it('follows links, also above what is not there yet', async () => {
    const home = await tempHome();
    await mkdir(join(home, 'disk', 'data'), { recursive: true });
    await symlink(join(home, 'disk'), join(home, 'link'));
    expect(realPath(join(home, 'link'))).toBe(realPath(join(home, 'disk')));
    expect(realPath(join(home, 'link', 'data', 'new', 'deep'))).toBe(join(realPath(home), 'disk', 'data', 'new', 'deep'));
  });

  it('makes a relative path absolute', async () => {
    const home = await tempHome();
    expect(realPath(relative(process.cwd(), join(home, 'new')))).toBe(join(realPath(home), 'new'));
  });

  it('leaves what cannot be followed as it is', async () => {
    const home = realPath(await tempHome());
    await symlink(join(home, 'b'), join(home, 'a'));
    await symlink(join(home, 'a'), join(home, 'b'));
    await symlink(join(home, 'unmounted', 'disk'), join(home, 'nowhere'));
    expect(realPath(join(home, 'a', 'x'))).toBe(join(home, 'a', 'x'));
    expect(realPath(join(home, 'nowhere', 'x'))).toBe(join(home, 'nowhere', 'x'));
  });
});
