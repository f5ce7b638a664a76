import { boolean, choice, integer, object, required, text } from '../params/param.js';
import type { Disk } from '../records/disk.js';
import type { Host, LocalDisk } from '../records/host.js';
import { kinds } from '../records/kinds.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import { hostDiskTypes, type InstanceType } from '../scope/instance-types.js';
import type { Scope } from '../scope/scope.js';

/** `Disks.N` of a host that is to be made. */
export const diskParam = object({
  IsBoot: required(boolean()),
  Type: required(choice(...hostDiskTypes)),
  Size: required(integer({ min: 20, max: 32_000 })),
  BackupType: text({ max: 20 }),
});

export interface AskedDisk {
  readonly IsBoot: boolean;
  readonly Type: string;
  readonly Size: number;
}

const LARGEST: Readonly<Record<string, number>> = { LOCAL_NORMAL: 2000, LOCAL_SSD: 1000, CLOUD_RSSD: 32_000 };
const LARGEST_CLOUD_BOOT = 500;
const LARGEST_LOCAL_BOOT = 100;

/** In GB. */
export const largestData = (type: string): number => LARGEST[type] ?? 8000;
export const largestBoot = (type: string): number => (isLocal(type) ? LARGEST_LOCAL_BOOT : LARGEST_CLOUD_BOOT);

export const isLocal = (type: string): boolean => type.startsWith('LOCAL_');

/** @throws Refusal for what UCloud would not build. */
export function checkDisks(
  disks: readonly AskedDisk[],
  { machineType, imageSize }: { readonly machineType: InstanceType; readonly imageSize: number },
): void {
  const boots = disks.filter(({ IsBoot }) => IsBoot);
  const [boot] = boots;
  if (!boot || boots.length > 1) throw invalid('Disks', 'exactly one must be the boot disk');
  const data = machineType.disks?.find((one) => one.boot === boot.Type)?.data;
  if ((machineType.disks && !data) || boot.Type === 'CLOUD_NORMAL' || boot.Type === 'CLOUD_ESSD')
    throw invalid(`Disks.${disks.indexOf(boot)}.Type`, `${boot.Type} can not be the boot disk of machine type ${machineType.name}`);
  if (boot.Size < imageSize || (isLocal(boot.Type) && boot.Size !== imageSize) || (!isLocal(boot.Type) && boot.Size > LARGEST_CLOUD_BOOT)) {
    throw new Refusal(retCodes.bootDiskSize, `Boot disk of ${boot.Size} GB does not fit the image of ${imageSize} GB`);
  }
  disks.forEach((disk, index) => {
    if (disk.IsBoot) return;
    if (data && !data.includes(disk.Type))
      throw invalid(`Disks.${index}.Type`, `${disk.Type} does not go with a boot disk of type ${boot.Type}`);
    if (disk.Size > largestData(disk.Type)) throw invalid(`Disks.${index}.Size`, 'is too large');
  });
}

/** @throws Refusal where hosts run and can have no data disks. */
export function checkDataDisks({ machines }: Scope): void {
  const problem = machines.dataDisks();
  if (problem !== undefined) throw new Refusal(retCodes.noDataDisks, `Data disks can not be had on this computer: ${problem}`);
}

export const deviceName = (index: number): string => `/dev/vd${String.fromCharCode(97 + index)}`;

/** The disks of a new host: local ones are part of it, cloud ones are records of their own. */
export function makeDisks(
  scope: Scope,
  asked: readonly AskedDisk[],
  host: Pick<Disk, 'zone' | 'host' | 'chargeType' | 'expires'> & { readonly name: string },
): readonly LocalDisk[] {
  const ordered = [...asked].sort((a, b) => Number(b.IsBoot) - Number(a.IsBoot));
  const local: LocalDisk[] = [];
  ordered.forEach(({ IsBoot, Type, Size }, index) => {
    const record = scope.create('disk', { name: IsBoot ? '' : host.name });
    const id = IsBoot ? record.id.replace('bsm-', 'bsi-') : record.id;
    if (isLocal(Type)) local.push({ id, type: Type, size: Size, isBoot: IsBoot });
    else
      scope.put('disk', {
        ...record,
        ...host,
        name: record.name,
        id,
        size: Size,
        type: Type,
        isBoot: IsBoot,
        status: 'InUse',
        device: deviceName(index),
      });
  });
  return local;
}

/** The first free device of a host: `/dev/vdb` and on. */
export function freeDevice(taken: readonly string[]): string {
  for (let index = 1; index < 26; index++) {
    if (!taken.includes(deviceName(index))) return deviceName(index);
  }
  throw new Refusal(retCodes.diskQuota, 'The host has no free device');
}

/**
 * A disk of a host, its own or one that is attached.
 * @param space that it shall have. @throws Refusal when the host has none of this id, or it is larger.
 */
export function needDiskOf(host: Host, id: string, { scope, space }: { readonly scope: Scope; readonly space: number }): LocalDisk {
  const disk = [...scope.owned('disk', host.id), ...host.localDisks].find((one) => one.id === id);
  if (!disk) throw new Refusal(kinds.disk.notFound, `The disk [${id}] not exists on [${host.id}]`);
  if (space < disk.size) throw invalid('DiskSpace', `is smaller than the disk, ${disk.size} GB`);
  return disk;
}
