import type { BaseImage } from '../scope/base-images.js';
import type { Image } from '../records/image.js';
import { kinds } from '../records/kinds.js';
import { Refusal } from '../params/refusal.js';
import { findRegion } from '../scope/regions.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';

/** An image that hosts can be created from: a base image of UCloud's, or a custom image. */
export interface Bootable {
  readonly id: string;
  readonly baseId: string;
  readonly baseName: string;
  readonly size: number;
  readonly osType: string;
  readonly osName: string;
  readonly features: readonly string[];
  readonly state: Image['state'];
}

/** Finds the image that a request names. @throws Refusal when the project and region have none with this id. */
export function needImage(id: string, scope: Scope): Bootable {
  const custom = scope.find('image', id);
  if (custom) return custom;
  const base = scope.catalogue.images(scope.region).find((image) => image.id === id);
  if (!base) throw new Refusal(kinds.image.notFound, `The image [${id}] not exists`);
  return { ...base, baseId: base.id, baseName: base.name, state: 'Available' };
}

/** An image in an answer. Lists are filtered by these fields. */
export interface ImageAnswer {
  readonly ImageId: string;
  readonly ImageType: string;
  readonly OsType: string;
  readonly Zone: string;
}

/** A base image is in every zone. An answer names the zone of the request. */
export function showBaseImage(image: BaseImage, zone: string): ImageAnswer {
  return {
    ...imageAnswer({ ...image, state: 'Available', zone }),
    ImageType: 'Base',
  };
}

export function showImage(image: Image): ImageAnswer {
  return { ...imageAnswer(image), ImageType: 'Custom' };
}

function imageAnswer(
  image: Omit<Bootable, 'baseId' | 'baseName'> & {
    readonly name: string;
    readonly zone: string;
    readonly created: number;
    readonly remark?: string;
    readonly tag?: string;
  },
) {
  return {
    ImageId: image.id,
    ImageName: image.name,
    OsType: image.osType,
    OsName: image.osName,
    ImageSize: image.size,
    State: image.state,
    Features: image.features,
    CreateTime: inSeconds(image.created),
    ImageDescription: image.remark ?? '',
    Tag: image.tag ?? '',
    Zone: image.zone,
    FuncType: 'uhost',
    MinimalCPU: '',
    Vendor: '',
    IntegratedSoftware: '',
    Links: '',
    PrimarySoftware: '',
  };
}

export function imagesIn(scope: Scope, zone = findRegion(scope.region)?.zones[0] ?? ''): ImageAnswer[] {
  return [...scope.catalogue.images(scope.region).map((image) => showBaseImage(image, zone)), ...scope.list('image').map(showImage)];
}
