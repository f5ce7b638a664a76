import { randomInt } from 'node:crypto';
import type { MachineLimits } from '../scope/machines.js';

const IN_THE_CLOUD = '10.9.0.0/16';
/** Of 10.0.0.0/8, which is the default VPC. */
const RANGES = 256;

/**
 * The range of a default subnet. In the cloud each place has the same; on one computer, where an address leads to one place
 * only, it is any that is free, so that the regions of an emulator, and emulators side by side, do not meet.
 */
export function defaultSubnetRange(vpc: string, { real, subnet }: MachineLimits): string {
  if (!real) return IN_THE_CLOUD;
  const first = randomInt(RANGES);
  const ranges = Array.from({ length: RANGES }, (_, index) => `10.${(first + index) % RANGES}.0.0/16`);
  return ranges.find((range) => subnet(vpc, range) === undefined) ?? IN_THE_CLOUD;
}
