import { anySignal } from '@nomadctl/base/signals/any-signal';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { absent } from '../engine-failures.js';
import { demultiplex } from '../demultiplex.js';
import type { DockerEngine } from '../engine.js';
import { BASE_LABEL } from '../names.js';
import { makeTar } from '../tar.js';
import type { Recipe } from './recipes.js';
import { rootFiles } from './root-files.js';

export interface Build {
  readonly recipe: Recipe;
  readonly engine: DockerEngine;
  readonly signal: AbortSignal | undefined;
  /** Of the container that it is made in; whoever uses it holds the lock. */
  readonly name: string;
}

interface Images {
  readonly from: string;
  readonly tag: string;
}

const LONGEST_MS = 20 * 60_000;
const KEPT_LINES = 8;

/** Installs in a container what a host has, and keeps it as an image. @throws PrerequisiteError with the last lines of what failed. */
export async function installSystem(build: Build, images: Images): Promise<void> {
  const { recipe, engine, signal } = build;
  await inContainer(build, images, async (container) => {
    await engine.call({ method: 'POST', path: `${container}/start` });
    const deadline = anySignal(AbortSignal.timeout(LONGEST_MS), ...(signal ? [signal] : []));
    const { StatusCode } = await engine.call<{ StatusCode: number }>({ method: 'POST', path: `${container}/wait`, signal: deadline });
    if (StatusCode !== 0) throw await failure(recipe, engine, container);
  });
}

/** Adds what makes a host of the system in a container. */
export async function addRootFiles(build: Build, images: Images): Promise<void> {
  const files = [...rootFiles, { path: 'usr/local/lib/emulated-host/users', content: build.recipe.users.join('\n') }];
  await inContainer(build, images, (container) =>
    build.engine.call({ method: 'PUT', path: `${container}/archive`, query: { path: '/' }, tar: makeTar(files) }),
  );
}

async function inContainer(
  { recipe, engine, name }: Build,
  { from, tag }: Images,
  work: (container: string) => Promise<unknown>,
): Promise<void> {
  const container = `/containers/${name}`;
  const Labels = { [BASE_LABEL]: recipe.id };
  const remove = (): Promise<unknown> => engine.call({ method: 'DELETE', path: container, query: { force: true, v: true } }).catch(absent);
  // Left by a build that was killed.
  await remove();
  try {
    const body = { Image: from, Cmd: ['/bin/sh', '-c', recipe.install], Labels };
    await engine.call({ method: 'POST', path: '/containers/create', query: { name }, body });
    await work(container);
    const [repo, version] = tag.split(':');
    await engine.call({ method: 'POST', path: '/commit', query: { container: name, repo, tag: version }, body: { Labels } });
  } finally {
    await remove();
  }
}

async function failure(recipe: Recipe, engine: DockerEngine, container: string): Promise<PrerequisiteError> {
  const logs = await engine.stream({ path: `${container}/logs`, query: { stdout: true, stderr: true, tail: KEPT_LINES } });
  return new PrerequisiteError(`The image of ${recipe.system} could not be made`, {
    code: 'emulator-base-image',
    why: (await demultiplex(logs)).trim().split('\n').slice(-KEPT_LINES),
    next: nomadctl`emulator --machines docker`,
  });
}
