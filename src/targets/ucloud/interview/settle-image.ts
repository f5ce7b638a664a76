import type { Image } from '../../../clients/ucloud/host-model.js';
import { everyPage } from '../../../clients/ucloud/paging.js';
import { baseProblem, chooseBaseImage, plainName } from '../../../images/base-image.js';
import type { OpenDesk } from './desk.js';

/**
 * The base image: what was given, when it fits; else the choice among those that do, newest first. Returns the image.
 * @throws PrerequisiteError for one that is not in the region, or that nothing can be built on.
 */
export async function settleImage(desk: OpenDesk): Promise<Image> {
  const { api, ctx } = desk;
  const { baseImage = '', bootDiskType = '', region = '' } = desk.settings();
  const images = await everyPage(
    async (page) => (await api.call('DescribeImage', { ImageType: 'Base', OsType: 'Linux', ...page })).ImageSet,
  );
  const isHere = images.some(({ ImageId }) => ImageId === baseImage);
  const given = desk.isSettled('baseImage') || isHere ? baseImage : '';
  // One that was given may be a custom image of the user's own, too.
  const own = given !== '' && !isHere ? (await api.call('DescribeImage', { ImageId: given })).ImageSet : [];
  const usual = chooseBaseImage([...images, ...own], { id: given, region, bootDiskType });
  const id =
    desk.silent || desk.isSettled('baseImage')
      ? usual.id
      : await askForImage(desk, images, { usual: usual.id, newest: given === '' ? usual.id : undefined });
  if (!desk.isSettled('baseImage')) desk.answer({ baseImage: id });
  const image = [...images, ...own].find(({ ImageId }) => ImageId === id);
  if (image === undefined) throw new Error(`the image ${id} was chosen and is not there`);
  if (desk.silent) ctx.ui.debug(`Base image ${id}, ${plainName(image)}`);
  return image;
}

async function askForImage(
  { ctx, settings }: OpenDesk,
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
