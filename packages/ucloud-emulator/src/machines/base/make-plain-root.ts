import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { asRoot, hint, shell } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { absent } from '../engine-failures.js';
import type { DockerEngine } from '../engine.js';
import { readProgress } from '../read-progress.js';
import { runCommand } from '../run-command.js';
import type { Recipe } from './recipes.js';

export interface PlainRootOptions {
  readonly engine: DockerEngine;
  readonly isRoot: boolean;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  /** What an image made here is called. */
  readonly tag: string;
}

const LONGEST_MS = 20 * 60_000;
/** It ends with us, with all that it started, and what it has mounted is gone with it: setpriv(1), unshare(1). */
const ALONE = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child'];

/** The distribution and nothing else. @returns the name of an image on the engine. @throws PrerequisiteError when there is no way to have one. */
export async function makePlainRoot(recipe: Recipe, options: PlainRootOptions): Promise<string> {
  if (options.isRoot && recipe.debootstrap && canDebootstrap(recipe.debootstrap)) return debootstrap(recipe.debootstrap, options);
  if (await options.engine.call({ path: `/images/${recipe.pull}/json` }).catch(absent)) return recipe.pull;
  try {
    return await pull(recipe.pull, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new PrerequisiteError(`There is no root for hosts of ${recipe.system}`, {
      code: 'emulator-base-image',
      why: [`${recipe.pull} could not be pulled: ${reasonOf(error)}`, whyNoDebootstrap(recipe, options)],
      next: recipe.debootstrap
        ? hint`${asRoot`apt-get install debootstrap`}, and run the emulator as root`
        : shell`docker pull ${recipe.pull}`,
    });
  }
}

function canDebootstrap({ suite, keyring }: NonNullable<Recipe['debootstrap']>): boolean {
  return ['/usr/sbin/debootstrap', `/usr/share/debootstrap/scripts/${suite}`, keyring].every(isThere);
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

function whyNoDebootstrap({ debootstrap }: Recipe, { isRoot }: PlainRootOptions): string {
  if (!debootstrap) return 'it can not be made here either';
  return isRoot
    ? `debootstrap for ${debootstrap.suite}, or its keyring, is not installed`
    : 'it can be made here, with debootstrap, by root only';
}

async function debootstrap({ suite, mirror, keyring }: NonNullable<Recipe['debootstrap']>, options: PlainRootOptions): Promise<string> {
  const { engine, onProgress, signal, tag } = options;
  // Always the same, so that nothing stays of a build that was killed; the caller holds the lock.
  const dir = join(tmpdir(), `nomadctl-emulator-root-${suite}`);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { mode: 0o700 });
  try {
    onProgress(`debootstrap ${suite} from ${mirror}`);
    const args = ['--variant=minbase', `--keyring=${keyring}`, suite, dir, mirror];
    await runCommand('setpriv', [...ALONE, 'debootstrap', ...args], { signal, timeoutMs: LONGEST_MS });
    await importFolder(dir, engine, tag);
    return tag;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function importFolder(dir: string, engine: DockerEngine, tag: string): Promise<void> {
  const tar = spawn('tar', ['-C', dir, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(tar, 'exit');
  const [repo, name] = tag.split(':');
  await readProgress(
    await engine.stream({ method: 'POST', path: '/images/create', query: { fromSrc: '-', repo, tag: name }, tar: tar.stdout }),
  );
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

async function pull(image: string, { engine, onProgress, signal }: PlainRootOptions): Promise<string> {
  const [fromImage, tag] = image.split(':');
  onProgress(`docker pull ${image}`);
  await readProgress(await engine.stream({ method: 'POST', path: '/images/create', query: { fromImage, tag }, signal }));
  return image;
}
