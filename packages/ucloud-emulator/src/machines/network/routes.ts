import { readFileSync } from 'node:fs';
import { overlaps, toIp, type Network } from '@nomadctl/base/ipv4';

/** A network that this computer has a way to. */
export interface Route extends Network {
  readonly device: string;
}

/** Shorter ones are ways to everywhere: a default route, or the halves of it that some VPNs set. */
const SHORTEST_BITS = 4;

/** Main table of this computer, one line a route: proc_net_route in the kernel's net/ipv4/fib_trie.c. Elsewhere than on Linux: none. */
export function readRoutes(path = '/proc/net/route'): readonly Route[] {
  try {
    return parseRoutes(readFileSync(path, 'latin1'));
  } catch {
    return [];
  }
}

export function parseRoutes(text: string): readonly Route[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length > 7)
    .map(([device = '', destination = '', , , , , , mask = '']) => ({
      device,
      base: fromHostOrder(destination),
      bits: fromHostOrder(mask).toString(2).replaceAll('0', '').length,
    }))
    .filter(({ bits }) => bits >= SHORTEST_BITS);
}

/** Addresses are printed as the processor keeps them, which is backwards on all that docker runs on. */
function fromHostOrder(hex: string): number {
  return (hex.match(/../g) ?? []).reduceRight((sum, byte) => sum * 256 + parseInt(byte, 16), 0);
}

/** The first route that this range overlaps, in words. */
export function routeInTheWay(range: Network, routes: readonly Route[]): string | undefined {
  const route = routes.find((other) => overlaps(range, other));
  return route && `the computer reaches ${toIp(route.base)}/${route.bits} through ${route.device}`;
}
