import type { Image } from '../../clients/ucloud/host-model.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';

/** The image that others are built on. */
export interface BaseImage {
  readonly id: string;
  readonly name: string;
  /** Who may log in with the password that a host is made with. */
  readonly user: string;
}

interface Wanted {
  /** Empty: the newest Debian 12 that fits. */
  readonly id: string;
  readonly region: string;
  readonly bootDiskType: string;
}

/**
 * The base image that a cluster asks for, among those of its region.
 * @throws PrerequisiteError `base-image-unknown` for an id of another region, `base-image-unfit`, `base-image-missing`.
 */
export function chooseBaseImage(images: readonly Image[], wanted: Wanted): BaseImage {
  const found = wanted.id === '' ? newestDebian(images, wanted) : images.find(({ ImageId }) => ImageId === wanted.id);
  if (found === undefined) throw wanted.id === '' ? noneFits(wanted) : unknownImage(wanted);
  const problem = baseProblem(found, wanted.bootDiskType);
  if (problem !== undefined) {
    throw new PrerequisiteError(`image ${found.ImageId} (${found.ImageName}) cannot be built on`, {
      code: 'base-image-unfit',
      why: problem,
      next: nomadctl`images list --base`,
    });
  }
  return { id: found.ImageId, name: plainName(found), user: /^ubuntu/i.test(found.OsName || found.ImageName) ? 'ubuntu' : 'root' };
}

/** Families whose packages our scripts install. */
const FAMILIES = /^(debian|ubuntu|rocky|alma|centos|rhel|red ?hat|openeuler|anolis)/i;

/** Why nothing can be built on an image, or nothing. */
export function baseProblem({ OsType, OsName, ImageName, State, Features = [] }: Image, bootDiskType: string): string | undefined {
  if (OsType !== 'Linux') return `it is ${OsType}: hosts are Linux`;
  if (State !== 'Available') return `it is ${State}`;
  if (!FAMILIES.test(OsName || ImageName)) return 'it has neither apt nor dnf, as far as its name tells';
  if (!Features.includes('CloudInit')) return 'it runs no cloud-init, and hosts configure themselves by that';
  // https://docs.ucloud.cn/api/uhost-api/describe_image: RSSD disks need an image that knows them.
  if (bootDiskType === 'cloud_rssd' && !Features.includes('RssdAttachable')) return 'it does not know boot disks of type cloud_rssd';
  if (bootDiskType === 'local_ssd' && /centos 7\.[3-9]/i.test(OsName)) return 'local_ssd disks go with CentOS 7.2 and older in some zones';
  return undefined;
}

/** Names carry a suffix in Chinese that says how wide a word is. */
export function plainName({ ImageName }: Pick<Image, 'ImageName'>): string {
  return ImageName.replace(/\s*64\u4f4d/, '').trim();
}

function newestDebian(images: readonly Image[], { bootDiskType }: Wanted): Image | undefined {
  return images
    .filter((image) => /^debian 12\b/i.test(image.ImageName) && baseProblem(image, bootDiskType) === undefined)
    .sort((a, b) => b.CreateTime - a.CreateTime || (a.ImageId < b.ImageId ? -1 : 1))[0];
}

function unknownImage({ id, region }: Wanted): PrerequisiteError {
  return new PrerequisiteError(`base image ${id} is not in region ${region}`, {
    code: 'base-image-unknown',
    why: 'the same image has another id in each region',
    next: nomadctl`images list --base`,
  });
}

function noneFits({ region, bootDiskType }: Wanted): PrerequisiteError {
  return new PrerequisiteError(`region ${region} has no Debian 12 to build images on`, {
    code: 'base-image-missing',
    why: `looked for one that runs cloud-init and takes boot disks of type ${bootDiskType}`,
    next: hint`${nomadctl`images list --base`} && ${nomadctl`config set baseImage <id>`}`,
  });
}
