/** A list of which all is counted, and often only a page is looked at. An array is one. */
export interface Listing<T> extends Iterable<T> {
  readonly length: number;
  slice(from: number, to: number): T[];
}

/** The same list of something else; `show` is only asked for what is looked at. */
export function mapped<T, U>(list: Listing<T>, show: (item: T) => U): Listing<U> {
  return listing(list.length, (from, to) => list.slice(from, to).map(show));
}

export function concatenated<T>(lists: readonly Listing<T>[]): Listing<T> {
  const slice = (from: number, to: number): T[] => {
    const found: T[] = [];
    let start = 0;
    for (const list of lists) {
      found.push(...list.slice(Math.max(0, from - start), Math.max(0, to - start)));
      start += list.length;
    }
    return found;
  };
  return listing(
    lists.reduce((sum, { length }) => sum + length, 0),
    slice,
  );
}

/** Who goes through it may change what it is made of meanwhile. */
export function listing<T>(length: number, slice: (from: number, to: number) => T[]): Listing<T> {
  return { length, slice, [Symbol.iterator]: () => slice(0, length).values() };
}
