import { charge, id, neededName, paidUntil, tag, zone } from '../../params/shared-params.js';
import { choice, integer, required, withDefault } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';
import type { Disk } from '../../records/disk.js';
import { checkQuota } from '../../scope/quota.js';
import type { Scope } from '../../scope/scope.js';
import { checkSize, diskTypes, hostSpelling } from '../disk.js';
import { clusterOf } from './rdma-cluster.js';

/** What a data disk that is to be made is. */
export const newDiskParams = {
  Zone: required(zone()),
  Size: required(integer({ min: 1, max: 32_000 })),
  Name: neededName(),
  DiskType: withDefault(choice(...diskTypes), 'DataDisk'),
  ...charge,
  ChargeType: withDefault(charge.ChargeType, 'Dynamic'),
  Tag: tag(),
  RdmaClusterId: id(),
};

export interface AskedNewDisk {
  readonly Zone: string;
  readonly Size: number;
  readonly Name: string;
  readonly DiskType: string;
  readonly ChargeType: string;
  readonly Quantity: number;
  readonly Tag: string;
  readonly RdmaClusterId?: string | undefined;
}

/** Not kept yet. @throws Refusal */
export function newDisk(scope: Scope, asked: AskedNewDisk): Disk {
  const type = hostSpelling(asked.DiskType);
  checkSize(type, asked.Size);
  checkCluster({ type, zone: asked.Zone }, asked.RdmaClusterId);
  checkQuota(scope, 'disk');
  return {
    ...scope.create('disk', { name: asked.Name, tag: asked.Tag }),
    ...{ zone: asked.Zone, size: asked.Size, type, isBoot: false, status: 'Available', host: '', device: '' },
    ...{ chargeType: asked.ChargeType, expires: paidUntil(scope.now, asked) },
  };
}

/** @throws Refusal for a cluster that the disk can not be in. */
export function checkCluster(disk: Pick<Disk, 'type' | 'zone'>, asked: string | undefined): void {
  const own = clusterOf(disk);
  if (asked !== undefined && asked !== own)
    throw invalid('RdmaClusterId', own === '' ? `${disk.type} is in no cluster` : `that of ${disk.zone} is ${own}`);
}
