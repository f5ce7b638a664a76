import { PrerequisiteError } from '../../../errors.js';
import { absent } from '../absent.js';
import { demultiplex } from '../demultiplex.js';
import type { DockerEngine } from '../engine.js';
import { BASE_LABEL } from '../names.js';
import { makeTar } from '../tar.js';
import type { Recipe } from './recipes.js';
import { rootFiles } from './root-files.js';

export interface HostRootOptions {
  readonly engine: DockerEngine;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly from: string;
  /** Of the container that it is made in. */
  readonly name: string;
  readonly tag: string;
}

const KEPT_LINES = 8;

/** Installs in a container what a host has, and keeps it as an image. @throws PrerequisiteError with the last lines of what failed. */
export async function makeHostRoot(recipe: Recipe, { engine, onProgress, signal, from, name, tag }: HostRootOptions): Promise<void> {
  const container = `/containers/${name}`;
  const remove = (): Promise<unknown> => engine.call({ method: 'DELETE', path: container, query: { force: true, v: true } }).catch(absent);
  // Left by a build that was killed: the lock is ours.
  await remove();
  try {
    const body = { Image: from, Cmd: ['/bin/sh', '-c', recipe.install], Labels: { [BASE_LABEL]: recipe.id } };
    await engine.call({ method: 'POST', path: '/containers/create', query: { name }, body });
    const files = [...rootFiles, { path: 'usr/local/lib/emulated-host/users', content: recipe.users.join('\n') }];
    await engine.call({ method: 'PUT', path: `${container}/archive`, query: { path: '/' }, tar: makeTar(files) });
    onProgress('Installing what hosts have');
    await engine.call({ method: 'POST', path: `${container}/start` });
    const { StatusCode } = await engine.call<{ StatusCode: number }>({ method: 'POST', path: `${container}/wait`, signal });
    if (StatusCode !== 0) throw await failure(recipe, engine, container);
    const [repo, version] = tag.split(':');
    const labels = { Labels: { [BASE_LABEL]: recipe.id } };
    await engine.call({ method: 'POST', path: '/commit', query: { container: name, repo, tag: version }, body: labels });
  } finally {
    await remove();
  }
}

async function failure(recipe: Recipe, engine: DockerEngine, container: string): Promise<PrerequisiteError> {
  const said = await demultiplex(
    await engine.stream({ path: `${container}/logs`, query: { stdout: true, stderr: true, tail: KEPT_LINES } }),
  );
  return new PrerequisiteError(`The image of ${recipe.system} could not be made`, {
    code: 'emulator-base-image',
    why: said.trim().split('\n').slice(-KEPT_LINES),
    next: 'nomadctl emulator --machines docker',
  });
}
