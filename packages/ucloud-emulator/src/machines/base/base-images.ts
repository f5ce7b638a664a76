import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { absent, failureOf } from '../engine-failures.js';
import type { DockerEngine } from '../engine.js';
import { withEngineLock } from '../engine-lock.js';
import { BASE_REPOSITORY } from '../names.js';
import { addRootFiles, installSystem, type Build } from './build-image.js';
import { makePlainRoot } from './make-plain-root.js';
import { findRecipe, recipeHashes, type Recipe } from './recipes.js';

/** Images on the engine that stand for UCloud's own. They belong to no emulator: all share them. */
export interface BaseImages {
  /** Why hosts of this system can not be had here, as far as is known; undefined when they may. */
  problemWith(osName: string): string | undefined;
  /** Makes the image when it is not there, which takes minutes. @returns its tag. @throws PrerequisiteError */
  prepare(osName: string, signal?: AbortSignal): Promise<string>;
}

export interface BaseImageOptions {
  readonly engine: DockerEngine;
  readonly isRoot: boolean;
  /** Told what takes so long. */
  readonly onProgress: (line: string) => void;
}

export function openBaseImages(options: BaseImageOptions): BaseImages {
  const failed = new Map<string, string>();
  const underWay = new Map<string, Promise<string>>();
  const make = async (recipe: Recipe, signal: AbortSignal | undefined): Promise<string> => {
    try {
      return await ensure(recipe, options, signal);
    } catch (error) {
      if (!signal?.aborted) failed.set(recipe.id, failureOf(error));
      throw error;
    } finally {
      underWay.delete(recipe.id);
    }
  };
  return {
    problemWith(osName) {
      const recipe = findRecipe(osName);
      return recipe ? failed.get(recipe.id) : `nothing here can stand for ${osName}`;
    },
    async prepare(osName, signal) {
      const recipe = findRecipe(osName);
      if (!recipe) throw notHere(osName);
      const making = underWay.get(recipe.id) ?? make(recipe, signal);
      underWay.set(recipe.id, making);
      return making;
    },
  };
}

async function ensure(recipe: Recipe, options: BaseImageOptions, signal: AbortSignal | undefined): Promise<string> {
  const { engine, onProgress } = options;
  const hashes = recipeHashes(recipe);
  const tag = `${BASE_REPOSITORY}:${recipe.id}-${hashes.image}`;
  const isThere = async (wanted: string): Promise<boolean> =>
    (await engine.call({ path: `/images/${wanted}/json`, signal }).catch(absent)) !== undefined;
  if (await isThere(tag)) return tag;
  const name = `nomadctl-emulator-base-${recipe.id}`;
  const onWait = (): void => onProgress(`Another emulator makes the image of ${recipe.system}; waiting for it`);
  return withEngineLock(engine, { name: `${name}-lock`, signal, onWait }, async () => {
    if (await isThere(tag)) return tag;
    const system = `${BASE_REPOSITORY}:${recipe.id}-${hashes.system}-system`;
    const build = { recipe, engine, signal, name };
    if (!(await isThere(system))) await makeSystem(build, system, options);
    await addRootFiles(build, { from: system, tag });
    return tag;
  });
}

async function makeSystem(build: Build, tag: string, options: BaseImageOptions): Promise<void> {
  const { recipe, engine, signal } = build;
  const { onProgress } = options;
  onProgress(`Making the image of ${recipe.system}, once: this takes some minutes`);
  const root = await makePlainRoot(recipe, { ...options, signal, tag: `${tag}-root` });
  onProgress('Installing what hosts have');
  await installSystem(build, { from: root, tag });
  if (root !== recipe.pull) await engine.call({ method: 'DELETE', path: `/images/${root}` });
  onProgress(`The image of ${recipe.system} is ready`);
}

function notHere(osName: string): PrerequisiteError {
  return new PrerequisiteError(`Hosts of ${osName} can not run on this computer`, {
    code: 'emulator-image',
    why: 'nothing here can stand for it',
    next: hint`Choose an image of Debian 12`,
  });
}
