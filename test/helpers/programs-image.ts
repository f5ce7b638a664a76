import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { DockerEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { importFolder } from './docker-engine.js';

/** Makes an image of some of this computer's programs, with a shell and the libraries that they need. */
export async function importPrograms(engine: DockerEngine, programs: readonly string[], image: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-image-'));
  try {
    for (const name of ['etc', 'proc', 'tmp', 'dev', 'usr']) mkdirSync(join(folder, name));
    // Servers that give root up ask for somebody by his name.
    writeFileSync(join(folder, 'etc', 'passwd'), ['root:x:0:0::/:/bin/sh', 'nobody:x:65534:65534::/:/bin/sh', ''].join('\n'));
    writeFileSync(join(folder, 'etc', 'group'), ['root:x:0:', 'nogroup:x:65534:', ''].join('\n'));
    linkAsHere(folder);
    // What is linked into a program itself, ldd does not know: it says so and goes on.
    const libraries = spawnSync('ldd', [...programs], { encoding: 'utf8' }).stdout.matchAll(/(?:=> |^\s)(\/\S+)/gm);
    for (const path of new Set([...programs, ...Array.from(libraries, ([, library = '']) => library)])) {
      const inside = join(folder, programs.includes(path) ? onPath(path) : path);
      mkdirSync(dirname(inside), { recursive: true });
      // A link would point out of the image.
      cpSync(realpathSync(path), inside);
    }
    await importFolder(engine, folder, image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where a container finds a program by its name, wherever it is on this computer. */
const onPath = (path: string): string => (/^(\/usr)?\/s?bin\//.test(path) ? path : join('/usr/bin', basename(path)));

/** Where `/bin` is a link to `/usr/bin`, it is in the image, too: programs ask for both. */
function linkAsHere(folder: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    mkdirSync(join(folder, 'usr', name));
    symlinkSync(readlinkSync(`/${name}`), join(folder, name));
  }
}
