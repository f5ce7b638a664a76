import { createHash } from 'node:crypto';
import { parseCidr, sizeOf, toIp, type Network } from '@nomadctl/base/ipv4';

/** Of loopback, all of which Linux answers at: far from the addresses of clusters on this computer, and of emulated clouds. */
const ALL = parseCidr('127.32.0.0/11') as Network;

/**
 * The address on this computer behind which a host's agents are found: the same in every run, so that what was told about it once goes on to
 * hold, and another one for each cluster.
 * @param folder of the cluster's ssh
 */
export function doorAddress(folder: string, privateIp: string): string {
  const digest = createHash('sha256').update(`${folder}\n${privateIp}`).digest();
  // Neither the first nor the last of them.
  return toIp(ALL.base + 1 + (digest.readUInt32BE(0) % (sizeOf(ALL) - 2)));
}
