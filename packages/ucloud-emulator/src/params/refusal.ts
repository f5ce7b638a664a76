/**
 * RetCodes of the answers, from UCloud's error lists (https://docs.ucloud.cn/api) where they are documented; those marked
 * "undocumented" are not, and a client may only rely on their being other than 0.
 */
export const retCodes = {
  gatewayTimeout: 110,
  gatewayError: 130,
  unavailable: 150,
  throttled: 153,
  actionMissing: 160,
  actionUnknown: 161,
  signatureMissing: 170,
  signatureWrong: 171,
  keyUnknown: 172,
  tokenUnknown: 174,
  paramMissing: 220,
  paramInvalid: 230,
  projectUnknown: 292,
  forbidden: 299,
  subnetInUse: 4411,
  addressesExhausted: 8847,
  hostNotStopped: 8010,
  hostRunning: 8856,
  hostQuota: 8095,
  /** Undocumented for this: the documented code names "no cloud disk stock", we use it for every kind of stock. */
  soldOut: 8320,
  bootDiskSize: 8316,
  imageUnusable: 8961,
  copyTarget: 8962,
  eipQuota: 4207,
  eipUnbound: 4211,
  eipInUse: 4212,
  eipPresent: 4154,
  firewallRecommended: 4358,
  firewallInUse: 4361,
  diskQuota: 17067,
  diskAttached: 17026,
  diskAlreadyAttached: 17057,
  diskDetachFailed: 17060,
  diskDetaching: 17061,
  portTaken: 4107,
  backendPresent: 4109,
  backendPortDiffers: 4118,
  httpNotHere: 4144,
  /** Undocumented: something that still has parts or users can not be deleted or changed. */
  inUse: 58001,
  /** Undocumented: overlaps, or is outside of what contains it. */
  networkInvalid: 58002,
  /** Undocumented: a quota of a kind that has no documented code. */
  quota: 58003,
  /** Undocumented: hosts run on this computer, which has no block devices for them. */
  noDataDisks: 58004,
  /** Undocumented: hosts run on this computer, which takes no snapshots of their boot disks. */
  noSnapshots: 58005,
  /** Undocumented: hosts run on this computer, which can not do that for them. */
  notWithMachines: 58006,
} as const;

/** An answer other than 0. Expected: it is sent to the client, and is no failure of the emulator. */
export class Refusal extends Error {
  constructor(
    readonly retCode: number,
    message: string,
  ) {
    super(message);
  }
}

export function missing(name: string): Refusal {
  return new Refusal(retCodes.paramMissing, `Missing params [${name}]`);
}

/** @param why what is wrong with the value; the value itself may be a secret and is not repeated. */
export function invalid(name: string, why: string): Refusal {
  return new Refusal(retCodes.paramInvalid, `Params [${name}] not valid: ${why}`);
}
