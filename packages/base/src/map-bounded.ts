import pMap from 'p-map';

/**
 * Requests to one service that are under way at a time. Nomad and Consul close connections of an address above 100 to 200 of
 * them (`http_max_conns_per_client`), which it may share with others; more than a dozen make nothing quicker.
 */
export const REQUESTS_AT_ONCE = 16;
/** Files that are open at a time: a user may have 256 on macOS. */
export const FILES_AT_ONCE = 32;
/** Processes that are started or ended at a time, each of which works hard meanwhile. */
export const PROCESSES_AT_ONCE = 16;

/**
 * Does work for each item, for at most `atOnce` of them at a time, and resolves to the results in the order of the items.
 * Rejects with the first failure; then no other item is begun. For what grows with somebody's cluster: `Promise.all` begins
 * everything at once (`test/unit/fan-outs.test.ts` says where it may stand).
 */
export function mapBounded<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  return pMap(items, work, { concurrency: atOnce });
}
