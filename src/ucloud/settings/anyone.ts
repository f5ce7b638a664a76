import { parseCidr, sizeOf } from '@nomadctl/base/ipv4';

/** Half of all addresses: nobody has that many, so whoever names them means everybody, in one range or in several. */
const MOST_OF_THE_WORLD = 2 ** 31;

/** The ranges that let the whole world in, in words; nothing when they do not. */
export function anyoneAmong(ranges: readonly string[]): string | undefined {
  const all = ranges.find((range) => range.endsWith('/0'));
  if (all !== undefined) return all;
  const sizes = ranges.map((range) => ({ range, size: sizeOf(parseCidr(range) ?? { base: 0, bits: 32 }) }));
  if (sizes.reduce((sum, { size }) => sum + size, 0) < MOST_OF_THE_WORLD) return undefined;
  return sizes
    .toSorted((one, other) => other.size - one.size)
    .slice(0, 2)
    .map(({ range }) => range)
    .join(', ');
}
