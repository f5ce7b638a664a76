import type { UcloudSettings } from '../settings/options.js';
import { exactVersion, specOf } from '../../programs/tool-versions.js';
import { ucloudOf } from '../account/open-cloud.js';
import type { BuiltImage } from '../ucloud-state.js';
import { chooseBaseImage, type BaseImage } from './base-image.js';
import { findBuilt, listImages, ownImages, type OwnImage } from './built-images.js';
import { checkNameLength, imageName, type ImageName } from '../settings/image-names.js';
import { readImageSources, type ImageSources } from './image-sources.js';
import type { ImagesContext, ImagesRequest, ImagesState, ImageWork } from './images-state.js';
import { programsOf } from './download-list.js';
import { contentHash, renderImage, type ImageShape } from './render-image.js';

/**
 * Compares the images at UCloud with what the cluster file asks for, by a hash of their content. Returns which exist and
 * which are to be built. Changes nothing.
 */
export async function compareImages(at: ImagesContext): Promise<ImagesState['imageWork']> {
  const { cluster, request } = at;
  checkNameLength(cluster.name, cluster.paths.file);
  const api = await ucloudOf(cluster, at);
  const [sources, bases, custom] = await Promise.all([
    readImageSources(at.paths.templates),
    listImages(api, 'Base'),
    listImages(api, 'Custom'),
  ]);
  const { baseImage, region, bootDiskType } = cluster.settings;
  // A base image may be one of the user's own.
  const base = chooseBaseImage([...bases, ...custom], { id: baseImage, region, bootDiskType });
  const own = ownImages(custom).filter((image) => image.cluster === cluster.name);
  const compared = request.images.map((image) => [image, compareImage(at, { image, sources, base, own })] as const);
  return { ...at.state.imageWork, ...Object.fromEntries(compared) };
}

interface Surroundings {
  readonly image: ImageName;
  readonly sources: ImageSources;
  readonly base: BaseImage;
  readonly own: readonly OwnImage[];
}

function compareImage({ cluster, request }: ImagesContext, { image, sources, base, own }: Surroundings): ImageWork {
  const versions = versionsFor(image, cluster.settings);
  const rendered = renderImage(sources, image, shapeOf(image, { settings: cluster.settings, request, sshUser: base.user }));
  const content = { rendered, base: base.id, versions, settings: request.bare ? {} : bakedSettings(image, cluster.settings) };
  const hash = contentHash(sources, content);
  const name = imageName(cluster.name, image, hash);
  const existing = findBuilt(own, name);
  const work = { name, hash, base: { id: base.id, name: base.name }, sshUser: base.user, versions };
  const before = own.find((other) => other.image === image && other.state === 'Available');
  if (existing && !request.force) return { ...work, existing };
  return { ...work, ...(existing ? { existing } : {}), buildBecause: existing ? '--force' : reasonFor(work, before) };
}

export function shapeOf(
  image: ImageName,
  {
    settings,
    request,
    sshUser,
  }: { readonly settings: UcloudSettings; readonly request: Pick<ImagesRequest, 'bare'>; readonly sshUser: string },
): ImageShape {
  const plugins = image === 'nomad-client' && settings.pluginMirror !== '' && settings.plugins.length > 0;
  return { bare: request.bare, sudo: sshUser !== 'root', plugins };
}

export function versionsFor(image: ImageName, settings: UcloudSettings): Record<string, string> {
  return Object.fromEntries(programsOf(image).map((program) => [program, versionOf(program, settings[`versions.${program}`])]));
}

function versionOf(program: 'consul' | 'nomad', word: string): string {
  return word === '' || word === 'default' ? specOf(program).version : exactVersion(program, word);
}

/** Settings that stay in an image: its hosts install from the same mirrors. */
function bakedSettings(image: ImageName, settings: UcloudSettings): Record<string, string | readonly string[]> {
  const { packageMirror, dockerMirror, dockerPackages, registryMirrors, plugins, pluginMirror } = settings;
  if (image !== 'nomad-client') return { packageMirror };
  return { packageMirror, dockerMirror, dockerPackages, registryMirrors, plugins: pluginMirror === '' ? [] : plugins };
}

function reasonFor({ base, versions }: Pick<ImageWork, 'base' | 'versions'>, before: BuiltImage | undefined): string {
  if (before === undefined) return 'not built yet';
  const newer = Object.entries(versions).filter(([program, version]) => before.versions[program] !== version);
  if (newer.length > 0) return `now with ${newer.map((words) => words.join(' ')).join(' and ')}`;
  return before.base === base.id ? 'its template, scripts or settings changed' : `now on ${base.name}`;
}
