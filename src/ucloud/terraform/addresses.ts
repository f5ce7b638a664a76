import { parseCidr, sizeOf, toIp } from '@nomadctl/base/ipv4';

/** Addresses of hosts begin here: the first ten of a subnet are UCloud's, and for what a person adds. */
const FIRST_HOST = 11;

/** Usable addresses of a subnet in order, `10.80.0.11` and on, without the broadcast address. */
export function hostAddresses(cidr: string): string[] {
  const network = parseCidr(cidr);
  if (network === undefined) throw new Error(`${cidr} is no subnet`);
  const size = sizeOf(network);
  const first = Math.min(FIRST_HOST, Math.max(3, size - 6));
  return Array.from({ length: Math.max(0, Math.min(size, MOST) - first - 1) }, (_, index) => toIp(network.base + first + index));
}

/** More than fit into a cluster; a /8 need not be listed. */
const MOST = 4096;
