import { baseImages, type BaseImage } from '../scope/base-images.js';
import type { Image } from '../records/image.js';
import { kinds } from '../records/kinds.js';
import { Refusal } from '../params/refusal.js';
import { findRegion } from '../scope/regions.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/shown.js';

/** A base image of UCloud's, or a custom one, as hosts are made from. */
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

/** @throws Refusal when there is none, here. */
export function needImage(id: string, scope: Scope): Bootable {
  const custom = scope.find('image', id);
  if (custom) return custom;
  const base = baseImages(scope.region).find((image) => image.id === id);
  if (!base) throw new Refusal(kinds.image.notFound, `The image [${id}] not exists`);
  return { ...base, baseId: base.id, baseName: base.name, state: 'Available' };
}

/** As an answer shows it, with what lists filter by. */
export interface ShownImage {
  readonly ImageId: string;
  readonly ImageType: string;
  readonly OsType: string;
  readonly Zone: string;
}

/** Base images are in every zone: they show the one that was asked for. */
export function showBaseImage(image: BaseImage, zone: string): ShownImage {
  return {
    ...shown({ ...image, state: 'Available', zone }),
    ImageType: 'Base',
  };
}

export function showImage(image: Image): ShownImage {
  return { ...shown(image), ImageType: 'Custom' };
}

function shown(
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

export function imagesIn(scope: Scope, zone = findRegion(scope.region)?.zones[0] ?? ''): ShownImage[] {
  return [...baseImages(scope.region).map((image) => showBaseImage(image, zone)), ...scope.list('image').map(showImage)];
}
