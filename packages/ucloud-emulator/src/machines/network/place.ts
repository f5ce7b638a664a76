import { contains, parseCidr } from '@nomadctl/base/ipv4';

/** A subnet with hosts. */
export interface Place {
  readonly vpc: string;
  readonly cidr: string;
}

export const isSame = (one: Place, other: Place): boolean => one.vpc === other.vpc && one.cidr === other.cidr;

/** The place that an address of a VPC is in. */
export function placeOf<P extends Place>(places: readonly P[], vpc: string, privateIp: string): P | undefined {
  return places.find((place) => place.vpc === vpc && isIn(place.cidr, privateIp));
}

export function isIn(cidr: string, ip: string): boolean {
  const [range, address] = [parseCidr(cidr), parseCidr(`${ip}/32`)];
  return range !== undefined && address !== undefined && contains(range, address);
}
