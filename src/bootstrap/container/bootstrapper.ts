import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shell } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { Context } from '../../context.js';
import { IMAGE_ENV, PROGRAM } from '../image/lay-root.js';
import { nameOf, type Bootstrapper, type PlaceRequest } from '../place.js';
import { VOLUME } from '../volume.js';
import { docker } from './docker.js';
import { askedImage, hasImage, provideImage, type Image } from './image.js';

/** Docker's answer to a look at the container. */
interface Container {
  /** Of the image that it was made from. */
  readonly image: string;
  /** docker's own word: running, restarting, exited, created... */
  readonly status: string;
}

/** Container and volume have the same name. */
export async function openInDocker({ cluster, purpose, flag }: PlaceRequest, ctx: Context): Promise<Bootstrapper> {
  const name = nameOf(cluster);
  const image = await chooseImage(name, { purpose, given: flag('image') }, ctx);
  const remove = async (): Promise<void> => void (await docker(ctx, 'container', 'rm', '--force', name));
  return {
    on: 'docker',
    place: {},
    where: 'in docker',
    noun: 'container',
    name,
    madeOf: image.name,
    logs: shell`docker logs ${name}`,
    isProvided: () => hasImage(ctx, image),
    provide: (report) => provideImage(ctx, image, report),
    async find() {
      const found = await findContainer(name, ctx);
      return found && { status: found.status, isRunning: found.status === 'running', isOver: found.status === 'exited' };
    },
    isCurrent: async () => (await findContainer(name, ctx))?.image === image.name,
    hasVolume: async () => (await docker(ctx, 'volume', 'inspect', '--format', '{{.Name}}', name)) !== undefined,
    async make() {
      await docker(ctx, 'volume', 'create', '--label', `nomadctl.bootstrap=${cluster}`, name);
      await remove();
      await docker(ctx, ...creation({ cluster, name, image: image.name, network: flag('network') ?? 'bridge' }));
    },
    remove,
    removeVolume: async () => void (await docker(ctx, 'volume', 'rm', name)),
    read: (path) =>
      inFolder(ctx, async (folder) => {
        const to = join(folder, 'file');
        if ((await docker(ctx, 'cp', `${name}:${VOLUME}/${path}`, to)) === undefined) return {};
        return { text: await readFile(to, 'utf8') };
      }),
    // By a file of ours, which is removed again.
    write: (path, text) =>
      inFolder(ctx, async (folder) => {
        const file = join(folder, 'file');
        await writeFile(file, text, { mode: 0o600 });
        await chmod(file, 0o600);
        await docker(ctx, 'cp', file, `${name}:${VOLUME}/${path}`);
      }),
    restart: async () => void (await docker(ctx, 'container', 'restart', '--time', '60', name)),
  };
}

async function findContainer(name: string, ctx: Context): Promise<Container | undefined> {
  const found = await docker(ctx, 'container', 'inspect', '--format', '{{.Config.Image}} {{.State.Status}}', name);
  const [image = '', status = ''] = found?.split(' ') ?? [];
  return found === undefined ? undefined : { image, status };
}

async function chooseImage(
  container: string,
  { purpose, given }: { readonly purpose: PlaceRequest['purpose']; readonly given: string | undefined },
  ctx: Context,
): Promise<Image> {
  if (purpose === 'look') return { name: '' };
  const there = purpose === 'destroy' && given === undefined ? (await findContainer(container, ctx))?.image : undefined;
  return there === undefined ? askedImage(given, ctx) : { name: there };
}

interface ContainerRequest {
  readonly cluster: string;
  readonly name: string;
  readonly image: string;
  readonly network: string;
}

/** It does not run yet. Whatever ends it but docker's own stop has it start again, also after the computer has. */
function creation({ cluster, name, image, network }: ContainerRequest): string[] {
  const env = Object.entries(IMAGE_ENV).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]);
  // Its locks are told apart by the name of the computer: it stays the same.
  const identity = ['--name', name, '--hostname', name.slice(0, 63), '--label', `nomadctl.bootstrap=${cluster}`];
  const place = ['--volume', `${name}:${VOLUME}`, '--restart', 'unless-stopped', '--stop-timeout', '60'];
  return ['container', 'create', ...identity, '--network', network, ...place, ...env, image, 'node', PROGRAM, 'bootstrap', 'run'];
}

async function inFolder<T>({ paths }: Pick<Context, 'paths'>, work: (folder: string) => Promise<T>): Promise<T> {
  await makeFolder(paths.home);
  const folder = await mkdtemp(join(paths.home, '.bootstrap-'));
  return work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}
