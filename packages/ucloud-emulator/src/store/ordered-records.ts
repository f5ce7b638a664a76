import type { Listing } from '../records/listing.js';

/**
 * Records in the order of their creation. Any page of them is found at once, however many there are: each record has a
 * position that it keeps as long as it lives, and positions are in order.
 */
export class OrderedRecords<R> implements Listing<R> {
  #positions: number[] = [];
  #records: R[] = [];

  get length(): number {
    return this.#records.length;
  }

  slice(from: number, to: number): R[] {
    return this.#records.slice(from, to);
  }

  [Symbol.iterator](): Iterator<R> {
    return this.#records.values();
  }

  /** Puts a record where it belongs, in the place of an earlier version of it. */
  put(position: number, record: R): void {
    if (this.#records.length === 0) {
      // Thousands of lists have one record: an array that is made with it has no room for sixteen more.
      this.#positions = [position];
      this.#records = [record];
      return;
    }
    const index = this.#indexOf(position);
    if (this.#positions[index] === position) {
      this.#records[index] = record;
    } else if (index === this.#positions.length) {
      this.#positions.push(position);
      this.#records.push(record);
    } else {
      this.#positions.splice(index, 0, position);
      this.#records.splice(index, 0, record);
    }
  }

  drop(position: number): void {
    const index = this.#indexOf(position);
    if (this.#positions[index] !== position) return;
    this.#positions.splice(index, 1);
    this.#records.splice(index, 1);
  }

  /** Of the first one that is not before `position`. New records come last, so that is looked at first. */
  #indexOf(position: number): number {
    let low = 0;
    let high = this.#positions.length;
    if (high === 0 || (this.#positions[high - 1] ?? 0) < position) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
