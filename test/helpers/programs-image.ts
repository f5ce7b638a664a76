import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DockerEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { importFolder } from './docker-engine.js';

/** Makes an image of some of this computer's programs, with a shell and the libraries that they need. */
export async function importPrograms(engine: DockerEngine, programs: readonly string[], image: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-image-'));
  try {
    for (const name of ['etc', 'proc', 'tmp', 'dev', 'usr']) mkdirSync(join(folder, name));
    linkAsHere(folder);
    const libraries = execFileSync('ldd', [...programs], { encoding: 'utf8' }).matchAll(/(?:=> |^\s)(\/\S+)/gm);
    for (const path of new Set([...programs, ...Array.from(libraries, ([, library = '']) => library)])) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      // A link would point out of the image.
      cpSync(realpathSync(path), join(folder, path));
    }
    await importFolder(engine, folder, image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where `/bin` is a link to `/usr/bin`, it is in the image, too: programs ask for both. */
function linkAsHere(folder: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    mkdirSync(join(folder, 'usr', name));
    symlinkSync(readlinkSync(`/${name}`), join(folder, name));
  }
}
