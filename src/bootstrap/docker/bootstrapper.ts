import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { Context } from '../../context.js';
import { IMAGE_ENV, PROGRAM } from '../image/lay-root.js';
import { VOLUME, VOLUME_PLACES } from '../volume.js';
import { docker, type DockerContext } from './docker.js';

type PlaceContext = DockerContext & Pick<Context, 'paths'>;

/** Container and volume have the same name. */
export const nameOf = (cluster: string): string => `nomadctl-bootstrap-${cluster}`;

export interface Container {
  /** Of the image that it was made from. */
  readonly image: string;
  /** docker's own word: running, restarting, exited, created... */
  readonly status: string;
}

export async function findContainer(ctx: DockerContext, cluster: string): Promise<Container | undefined> {
  const found = await docker(ctx, 'container', 'inspect', '--format', '{{.Config.Image}} {{.State.Status}}', nameOf(cluster));
  const [image = '', status = ''] = found?.split(' ') ?? [];
  return found === undefined ? undefined : { image, status };
}

export async function hasVolume(ctx: DockerContext, cluster: string): Promise<boolean> {
  return (await docker(ctx, 'volume', 'inspect', '--format', '{{.Name}}', nameOf(cluster))) !== undefined;
}

export async function hasImage(ctx: DockerContext, image: string): Promise<boolean> {
  return (await docker(ctx, 'image', 'inspect', '--format', '{{.Id}}', image)) !== undefined;
}

/** A volume that is there stays as it is. */
export async function makeVolume(ctx: DockerContext, cluster: string): Promise<void> {
  await docker(ctx, 'volume', 'create', '--label', `nomadctl.bootstrap=${cluster}`, nameOf(cluster));
}

export interface ContainerRequest {
  readonly cluster: string;
  readonly image: string;
  readonly network: string;
}

/** Makes the container; it does not run yet. Whatever ends it but docker's own stop has it start again, also after the computer has. */
export async function makeContainer(ctx: DockerContext, { cluster, image, network }: ContainerRequest): Promise<void> {
  const env = Object.entries(IMAGE_ENV).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  // Its locks are told apart by the name of the computer: it stays the same.
  const identity = ['--name', nameOf(cluster), '--hostname', nameOf(cluster).slice(0, 63), '--label', `nomadctl.bootstrap=${cluster}`];
  const place = ['--volume', `${nameOf(cluster)}:${VOLUME}`, '--restart', 'unless-stopped', '--stop-timeout', '60'];
  await docker(ctx, 'container', 'create', ...identity, '--network', network, ...place, ...env, image, 'node', PROGRAM, 'bootstrap', 'run');
}

/** Starts it, or starts it again: it reads what was delivered last. */
export async function restart(ctx: DockerContext, cluster: string): Promise<void> {
  await docker(ctx, 'container', 'restart', '--time', '60', nameOf(cluster));
}

export async function removeContainer(ctx: DockerContext, cluster: string): Promise<void> {
  await docker(ctx, 'container', 'rm', '--force', nameOf(cluster));
}

export async function removeVolume(ctx: DockerContext, cluster: string): Promise<void> {
  await docker(ctx, 'volume', 'rm', nameOf(cluster));
}

/** Puts the parcel on the volume, 0600: by a file of ours, which is removed again. */
export async function deliver(ctx: PlaceContext, cluster: string, text: string): Promise<void> {
  await inFolder(ctx, async (folder) => {
    const file = join(folder, 'parcel.json');
    await writeFile(file, text, { mode: 0o600 });
    await chmod(file, 0o600);
    await docker(ctx, 'cp', file, `${nameOf(cluster)}:${VOLUME_PLACES.parcel}`);
  });
}

/** A file of the volume, whether the container runs or not; undefined where there is none. */
export async function readVolume(ctx: PlaceContext, cluster: string, path: string): Promise<string | undefined> {
  return inFolder(ctx, async (folder) => {
    const to = join(folder, 'file');
    if ((await docker(ctx, 'cp', `${nameOf(cluster)}:${path}`, to)) === undefined) return undefined;
    return readFile(to, 'utf8');
  });
}

async function inFolder<T>({ paths }: Pick<Context, 'paths'>, work: (folder: string) => Promise<T>): Promise<T> {
  await makeFolder(paths.home);
  const folder = await mkdtemp(join(paths.home, '.bootstrap-'));
  return work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}
