import { toIp, toNumber } from '@nomadctl/base/ipv4';

/** The addresses of one range that records hold, such as those of a subnet. */
export interface Addresses {
  readonly size: number;
  has(ip: string): boolean;
  /** The lowest that nobody holds, both ends included, as numbers; undefined when all are held. */
  lowestFree(first: number, last: number): string | undefined;
}

/** An address may be held twice for a moment, as while a transaction is undone. */
export class AddressBook implements Addresses {
  readonly #holders = new Map<string, number>();
  /** From the first one asked for up to `next` all are held: a range that fills up is not searched from its start each time. */
  #first = 0;
  #next = 0;

  get size(): number {
    return this.#holders.size;
  }

  has(ip: string): boolean {
    return this.#holders.has(ip);
  }

  hold(ip: string): void {
    this.#holders.set(ip, (this.#holders.get(ip) ?? 0) + 1);
  }

  release(ip: string): void {
    const left = (this.#holders.get(ip) ?? 0) - 1;
    if (left > 0) this.#holders.set(ip, left);
    else this.#holders.delete(ip);
    if (left <= 0) this.#next = Math.min(this.#next, toNumber(ip) ?? 0);
  }

  lowestFree(first: number, last: number): string | undefined {
    let number = first === this.#first ? Math.max(first, this.#next) : first;
    while (number <= last && this.#holders.has(toIp(number))) number++;
    this.#first = first;
    this.#next = number;
    return number <= last ? toIp(number) : undefined;
  }
}
