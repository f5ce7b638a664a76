import { overlaps, parseCidr } from '@nomadctl/base/ipv4';
import type { Names } from './names.js';
import { isSame, type Place } from './place.js';
import type { Bridge } from './render-rules.js';
import { readRoutes, routeInTheWay } from './routes.js';

export interface Surroundings {
  readonly names: Names;
  /** Of the same emulator. */
  readonly bridges: readonly Bridge[];
  readonly isRoot: boolean;
}

/**
 * Why a subnet can not be on this computer, where each address leads to one place only: unlike in the cloud, subnets of
 * different VPCs must differ, from each other and from whatever else the computer has a way to.
 */
export function refuseRange({ vpc, cidr }: Place, { names, bridges, isRoot }: Surroundings): string | undefined {
  const range = parseCidr(cidr);
  if (!range) return `${cidr} is no network`;
  const neighbour = bridges.find((bridge) => !isSame(bridge, { vpc, cidr }) && overlaps(range, parseCidr(bridge.cidr) ?? range));
  if (neighbour) return `it overlaps ${neighbour.cidr} of ${neighbour.vpc}, and on one computer all subnets must differ`;
  if (!isRoot && bridges.some((bridge) => bridge.vpc === vpc && bridge.cidr !== cidr))
    return 'without root there is no way between the subnets of a VPC';
  return routeInTheWay(
    range,
    readRoutes().filter(({ device }) => !names.isOurBridge(device)),
  );
}
