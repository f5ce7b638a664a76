import { integer, withDefault } from './param.js';

/** Times in answers are whole seconds. */
export const inSeconds = (ms: number): number => Math.floor(ms / 1000);

/** Paging that lists have in common. Clients page until a page is short, so both must be honoured. */
export const paging = {
  Limit: withDefault(integer({ min: 0, max: 10_000_000 }), 20),
  Offset: withDefault(integer({ min: 0, max: 10_000_000 }), 0),
};

/** @param items a list, or what can be sliced like one: a selection of records is not looked at beyond the page. */
export function page<T>(
  items: { slice(from: number, to: number): readonly T[] },
  { Limit, Offset }: { readonly Limit: number; readonly Offset: number },
): readonly T[] {
  return items.slice(Offset, Offset + Limit);
}
