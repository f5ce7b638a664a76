import type { Image } from '../../clients/ucloud/host-model.js';
import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { BuiltImage } from '../ucloud-state.js';
import { readImageName, readNotes, type ImageName } from '../settings/image-names.js';

export async function listImages(api: UcloudApi, type: 'Base' | 'Custom', signal?: AbortSignal): Promise<Image[]> {
  return everyPage(
    async (page) =>
      (
        await api.call(
          'DescribeImage',
          { ...page, ImageType: type, ...(type === 'Base' ? { OsType: 'Linux' as const } : {}) },
          signal ? { signal } : {},
        )
      ).ImageSet,
  );
}

/** An image that nomadctl built, for any cluster. */
export interface OwnImage extends BuiltImage {
  readonly cluster: string;
  readonly image: ImageName;
  readonly state: string;
  /** In GB. */
  readonly size: number;
}

/** Those of nomadctl's among a project's own images, newest first. */
export function ownImages(images: readonly Image[]): OwnImage[] {
  return images.flatMap((found) => ownImage(found) ?? []).sort((a, b) => b.builtAt - a.builtAt);
}

function ownImage({ ImageId, ImageName, ImageDescription, CreateTime, State, ImageSize }: Image): OwnImage | undefined {
  const identity = readImageName(ImageName);
  if (identity === undefined) return undefined;
  const { base, versions } = readNotes(ImageDescription);
  return { ...identity, id: ImageId, name: ImageName, base, versions, builtAt: CreateTime * 1000, state: State, size: ImageSize };
}

/** The finished image that already has this very content. Packer makes an image only when every script has come through. */
export function findBuilt(images: readonly OwnImage[], name: string): BuiltImage | undefined {
  const found = images.find((image) => image.name === name && image.state === 'Available');
  if (found === undefined) return undefined;
  const { id, hash, base, builtAt, versions } = found;
  return { id, name, hash, base, builtAt, versions };
}
