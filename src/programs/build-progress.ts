/** What `go list` tells of a package that is to be compiled. */
export interface PackageSize {
  readonly goFiles: number;
  /** Files of Go with C in them, and of C: each goes through the C compiler. */
  readonly cFiles: number;
}

/**
 * How long packages take, in files of Go. Of Consul 1.22.3 (1924 packages) and Nomad 1.11.3 (1483), built side by side from
 * nothing, these numbers told at every moment how much was done to 7 parts in 100 on average, and to 24 at worst. The program
 * itself is named when it is compiled and linked: the last fiftieth.
 */
const PER_PACKAGE = 1;
const PER_C_FILE = 2;
const LINKING = 0.02;
/** Before that much is done, a guess would be one. */
const FIRST_SAID = 0.04;

/** Follows one build: which of its packages were begun, and how much is left, learnt from how long the others took. */
export class BuildProgress {
  readonly #weights: ReadonlyMap<string, number>;
  readonly #begun = new Set<string>();
  readonly #total: number;
  readonly #startedAt: number;

  /** @param startedAt in milliseconds, as `now` of `left` is */
  constructor(packages: ReadonlyMap<string, PackageSize>, startedAt: number) {
    this.#weights = new Map([...packages].map(([name, size]) => [name, weightOf(size)]));
    this.#total = sumOf(this.#weights.values()) * (1 + LINKING);
    this.#startedAt = startedAt;
  }

  /** @returns false for what is no package of this build */
  begin(name: string): boolean {
    if (!this.#weights.has(name)) return false;
    this.#begun.add(name);
    return true;
  }

  /** "compiling package 12 of 1640, about 7 minutes left". The last package is the program itself, which is linked. */
  say(now: number): string {
    const { size } = this.#weights;
    const left = this.#left(now);
    const tail = left === undefined ? '' : `, ${left}`;
    if (size <= 1 || this.#begun.size === size) return `linking, the last part${tail}`;
    return `compiling package ${this.#begun.size} of ${size}${tail}`;
  }

  #left(now: number): string | undefined {
    const done = sumOf([...this.#begun].map((name) => this.#weights.get(name) ?? 0)) / this.#total;
    const elapsed = now - this.#startedAt;
    if (done < FIRST_SAID || elapsed < FIRST_MS) return undefined;
    const minutes = Math.round((elapsed * (1 - done)) / done / 60_000);
    if (minutes < 1) return 'less than a minute left';
    return `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} left`;
  }
}

const FIRST_MS = 5000;

function weightOf({ goFiles, cFiles }: PackageSize): number {
  return PER_PACKAGE + goFiles + cFiles * PER_C_FILE;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
