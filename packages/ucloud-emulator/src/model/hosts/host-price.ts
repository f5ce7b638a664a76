import type { Host } from '../../records/host.js';
import { hostByMonth } from '../../scope/prices.js';
import type { Scope } from '../../scope/scope.js';

/** What a host with its disks costs in a month; with another size, what it would cost. */
export function monthlyPriceOf(
  host: Host,
  scope: Scope,
  { CPU = host.cpu, Memory = host.memory }: { readonly CPU?: number | undefined; readonly Memory?: number | undefined } = {},
): number {
  const disks = [...host.localDisks, ...scope.owned('disk', host.id)].map(({ type, size }) => ({ Type: type, Size: size }));
  return hostByMonth(scope.catalogue.prices, { CPU, Memory, Disks: disks });
}
