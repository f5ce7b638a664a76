import type { Image } from '../../../clients/ucloud/host-model.js';
import { everyPage } from '../../../clients/ucloud/paging.js';
import { type BaseImage, baseProblem, chooseBaseImage, plainName } from '../../../ucloud/images/base-image.js';
import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import type { ConnectedContext } from './interview-context.js';

/**
 * The base image: what was given, when it fits; else the choice among those that do, newest first. Returns the image.
 * @throws PrerequisiteError for one that is not in the region, or that nothing can be built on.
 */
export async function settleImage(interview: ConnectedContext): Promise<Image> {
  const { api, ctx } = interview;
  const { baseImage = '' } = interview.settings();
  const images = await everyPage(
    async (page) => (await api.call('DescribeImage', { ImageType: 'Base', OsType: 'Linux', ...page })).ImageSet,
  );
  const isHere = images.some(({ ImageId }) => ImageId === baseImage);
  const requested = interview.isSettled('baseImage') || isHere ? baseImage : '';
  // One that was given may be a custom image of the user's own, too.
  const own = requested !== '' && !isHere ? (await api.call('DescribeImage', { ImageId: requested })).ImageSet : [];
  const usual = fittingImage(interview, [...images, ...own], requested);
  const id =
    interview.silent || interview.isSettled('baseImage')
      ? usual.id
      : await askForImage(interview, images, { usual: usual.id, newest: requested === '' ? usual.id : undefined });
  if (!interview.isSettled('baseImage')) interview.answer({ baseImage: id });
  const image = [...images, ...own].find(({ ImageId }) => ImageId === id);
  if (image === undefined) throw new Error(`the image ${id} was chosen and is not there`);
  if (interview.silent) ctx.ui.debug(`Base image ${id}, ${plainName(image)}`);
  return image;
}

/** @throws PrerequisiteError with the same command and an image that does fit. */
function fittingImage(interview: ConnectedContext, images: readonly Image[], id: string): BaseImage {
  const { region = '', bootDiskType = '' } = interview.settings();
  try {
    return chooseBaseImage(images, { id, region, bootDiskType });
  } catch (error) {
    if (!(error instanceof PrerequisiteError) || id === '') throw error;
    const { code, why, message } = error;
    const { id: newest } = chooseBaseImage(images, { id: '', region, bootDiskType });
    throw new PrerequisiteError(message, { code, why, next: interview.again({ baseImage: newest }), cause: error });
  }
}

/** @throws UsageError for images of hosts that were given and cannot be used in this region. */
export async function checkImages(interview: ConnectedContext): Promise<void> {
  const settings = interview.settings();
  for (const key of ['consulServerImage', 'nomadServerImage', 'clientImage'] as const) {
    const id = settings[key] ?? '';
    if (id === '') continue;
    const [image] = (await interview.api.call('DescribeImage', { ImageId: id })).ImageSet;
    if (image?.State === 'Available') continue;
    throw new UsageError(`${key} ${id} is ${image ? image.State : `not in region ${settings.region}`}`, {
      code: 'ucloud-image',
      why: 'the same image has another id in each region; without one, build-images makes it',
      next: interview.again({ [key]: '' }),
    });
  }
}

async function askForImage(
  { ctx, settings }: ConnectedContext,
  images: readonly Image[],
  { usual, newest }: { usual: string; newest: string | undefined },
): Promise<string> {
  const { bootDiskType = '' } = settings();
  const fitting = images
    .filter((image) => baseProblem(image, bootDiskType) === undefined)
    .sort((a, b) => rank(a, usual) - rank(b, usual) || b.CreateTime - a.CreateTime);
  const choices = fitting.map((image) => ({
    value: image.ImageId,
    label: `${plainName(image)} (${image.ImageId})`,
    ...(image.ImageId === newest ? { hint: 'the newest Debian 12 that fits' } : {}),
  }));
  return ctx.ui.ask.choice({ message: 'Base image', choices, default: usual });
}

const rank = ({ ImageId }: Image, usual: string): number => (ImageId === usual ? 0 : 1);
