import type { Image } from '../../clients/ucloud/host-model.js';
import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { readImageName, imageNames, type ImageName } from '../../ucloud/settings/image-names.js';
import { classesOf } from '../../ucloud/settings/wanted-hosts.js';
import { setCommand } from '../../options/conflict.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { defineStep, type UcloudCluster, type UcloudContext } from '../../ucloud/ucloud-subject.js';

type HostImages = Readonly<Record<ImageName, string>>;

/** Which images new hosts are made from: those of the settings, else what was built last, else the newest at UCloud. */
export const chooseImagesStep = defineStep({
  id: 'choose-images',
  title: 'Choosing images',
  provides: ['hostImages'],
  async isDone(at) {
    const chosen = await chooseImages(at);
    const before = at.state.hostImages;
    const changed = before ? imageNames.filter((name) => before[name] !== chosen[name]) : [];
    if (changed.length > 0) return { done: false, because: `another image for ${changed.join(', ')}` };
    return { done: true, state: { hostImages: chosen }, detail: detailOf(chosen) };
  },
  async run(at) {
    const chosen = await chooseImages(at);
    return { state: { hostImages: chosen }, detail: detailOf(chosen) };
  },
});

/** @throws PrerequisiteError that names every image which is missing or will not do. */
async function chooseImages(at: UcloudContext): Promise<HostImages> {
  const { cluster, state, signal } = at;
  const api = await ucloudOf(cluster, at);
  const custom = await everyPage(async (page) => (await api.call('DescribeImage', { ...page, ImageType: 'Custom' }, { signal })).ImageSet);
  const problems: string[] = [];
  const wrong: string[] = [];
  const chosen = await Promise.all(
    imageNames.map(async (name) => {
      const asked = overrideOf(cluster, name);
      const found =
        asked === '' ? builtImage(cluster, name, { built: state.images?.[name]?.id, custom }) : await imageOf(api, asked, signal);
      const problem = problemWith(found, asked);
      if (problem !== undefined) problems.push(`${name}: ${asked === '' ? '' : `${asked} `}${problem}`);
      if (problem !== undefined && asked !== '') wrong.push(KEYS[name]);
      return [name, found?.ImageId ?? ''] as const;
    }),
  );
  for (const { name, image = '' } of classesOf(cluster.settings)) {
    if (image === '') continue;
    const problem = problemWith(await imageOf(api, image, signal), image);
    if (problem === undefined) continue;
    problems.push(`class ${name} of clientClasses: ${image} ${problem}`);
    wrong.push('clientClasses');
  }
  if (problems.length > 0) throw noImages(problems, cluster.name, wrong);
  return Object.fromEntries(chosen) as unknown as HostImages;
}

const KEYS = { 'consul-server': 'consulServerImage', 'nomad-server': 'nomadServerImage', 'nomad-client': 'clientImage' } as const;

function overrideOf({ settings }: UcloudCluster, name: ImageName): string {
  return settings[KEYS[name]];
}

function builtImage(
  cluster: UcloudCluster,
  name: ImageName,
  { built, custom }: { built: string | undefined; custom: readonly Image[] },
): Image | undefined {
  const known = custom.find(({ ImageId }) => ImageId === built);
  if (known) return known;
  const owned = custom.filter(({ ImageName: title, State }) => {
    const identity = readImageName(title);
    return identity?.cluster === cluster.name && identity.image === name && State === 'Available';
  });
  return owned.sort((a, b) => b.CreateTime - a.CreateTime)[0];
}

async function imageOf(api: UcloudApi, id: string, signal: AbortSignal): Promise<Image | undefined> {
  return (await api.call('DescribeImage', { ImageId: id }, { signal })).ImageSet[0];
}

function problemWith(image: Image | undefined, asked: string): string | undefined {
  if (!image) return asked === '' ? 'is yet to be built' : 'is not in this region';
  if (image.State !== 'Available') return `is ${image.State}`;
  // Hosts set themselves up from their user data.
  if (image.Features && !image.Features.includes('CloudInit')) return 'has no cloud-init';
  return undefined;
}

/** @param wrong keys of images that were given by id: building others would change nothing about them. */
function noImages(problems: readonly string[], cluster: string, wrong: readonly string[]): PrerequisiteError {
  const build = nomadctl`build-images --cluster ${cluster}`;
  const values = [...new Set(wrong)].map((key) => [key, key === 'clientClasses' ? '<classes>' : '']);
  return new PrerequisiteError(`cluster ${cluster} has no images to be made from`, {
    code: 'images-missing',
    why: problems,
    next: wrong.length === 0 ? build : hint`${setCommand(cluster, Object.fromEntries(values))} && ${build}`,
  });
}

function detailOf(images: HostImages): string {
  return imageNames.map((name) => images[name]).join(', ');
}
