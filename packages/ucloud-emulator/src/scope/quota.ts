import type { Kind } from '../records/kinds.js';
import { Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from './scope.js';

const codes: Partial<Record<Kind, number>> = { host: retCodes.hostQuota, eip: retCodes.eipQuota, disk: retCodes.diskQuota };

/** Without a quota of the seed or a `quota` fault there is no limit. @throws Refusal when so many more are too many. */
export function checkQuota(scope: Scope, kind: Kind, adding = 1): void {
  const limits = scope.faults.conditions('quota').filter(({ resource }) => resource === kind);
  const own = scope.catalogue.quota(kind);
  for (const limit of [...limits.map((fault) => fault.limit), ...(own === undefined ? [] : [own])]) {
    if (scope.select(kind).length + adding > limit) throw new Refusal(codes[kind] ?? retCodes.quota, `Quota of ${kind} is ${limit}`);
  }
}

/** @throws Refusal when a `sold-out` fault covers this. */
export function checkStock(scope: Scope, { zone, machineType }: { readonly zone: string; readonly machineType: string }): void {
  if (!inStock(scope, { zone, machineType })) throw new Refusal(retCodes.soldOut, `Resource not enough in ${zone}`);
}

export function inStock(scope: Scope, { zone, machineType }: { readonly zone: string; readonly machineType: string }): boolean {
  return !scope.faults
    .conditions('sold-out')
    .some((gone) => (gone.zone ?? zone) === zone && (gone.machineType ?? machineType) === machineType);
}
