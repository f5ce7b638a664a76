import { PrerequisiteError } from '../../../errors.js';
import { failureOf } from '../failure-of.js';
import { absent } from '../absent.js';
import type { DockerEngine } from '../engine.js';
import { withEngineLock } from '../engine-lock.js';
import { BASE_REPOSITORY } from '../names.js';
import { makeHostRoot } from './make-host-root.js';
import { makePlainRoot } from './make-plain-root.js';
import { findRecipe, recipeHash, type Recipe } from './recipes.js';

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

async function ensure(recipe: Recipe, { engine, isRoot, onProgress }: BaseImageOptions, signal: AbortSignal | undefined): Promise<string> {
  const hash = recipeHash(recipe);
  const tag = `${BASE_REPOSITORY}:${recipe.id}-${hash}`;
  const isThere = async (): Promise<boolean> => (await engine.call({ path: `/images/${tag}/json`, signal }).catch(absent)) !== undefined;
  if (await isThere()) return tag;
  const name = `nomadctl-emulator-base-${recipe.id}-${hash}`;
  const onWait = (): void => onProgress(`Another emulator makes the image of ${recipe.system}; waiting for it`);
  return withEngineLock(engine, { name: `${name}-lock`, signal, onWait }, async () => {
    if (await isThere()) return tag;
    onProgress(`Making the image of ${recipe.system}, once: this takes some minutes`);
    const root = await makePlainRoot(recipe, { engine, isRoot, onProgress, signal, tag: `${tag}-root` });
    await makeHostRoot(recipe, { engine, onProgress, signal, from: root, name, tag });
    onProgress(`The image of ${recipe.system} is ready`);
    return tag;
  });
}

function notHere(osName: string): PrerequisiteError {
  return new PrerequisiteError(`Hosts of ${osName} can not run on this computer`, {
    code: 'emulator-image',
    why: 'nothing here can stand for it',
    next: 'Choose an image of Debian 12',
  });
}
